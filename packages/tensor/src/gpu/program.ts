/**
 * A kernel function of gpu.js, as text: y[i], for `this.thread.x` = i from 0 to `size` − 1, out of flat arrays.
 *
 * As text, because gpu.js translates the source of its functions when they are first called, and a bundler that
 * minifies would have rewritten it by then: strings it leaves alone. Shapes, strides and offsets are written into
 * the text as numbers, so that an index is worked out with as few operations as its operand needs. A text may call the
 * functions of `programs/functions.ts`.
 */
export interface Program {
  /** For people: the op. */
  readonly name: string
  /** What the text depends on besides the name: programs of one name and key have one text. */
  readonly key: string
  /** How many elements the result has. */
  readonly size: number
  /** The text; only asked for when there is no such kernel yet. */
  readonly source: () => string
}
