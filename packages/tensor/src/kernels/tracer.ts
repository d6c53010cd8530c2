import type { DType, TypedArray } from '../dtype.js'
import type { Shape } from '../shape.js'
import type { Storage } from '../storage.js'
import type { Tensor } from '../tensor.js'
import type { Elements } from './elements.js'

/**
 * Watches a step that runs once and is then replayed without the host: what the host itself does in it has to be
 * known, or it would be frozen at what it was the first time.
 */
export interface Tracer {
  /** A tensor of which the host makes the elements anew for every replay, such as a random mask. */
  fed(shape: Shape, dtype: DType, make: () => TypedArray): Tensor
  /** The host reads elements: an error when the step changes them, as a replay would go by the old ones. */
  reads(op: string, storage: Storage): void
  /** The elements are about to be changed in place: an error where the host would do that itself, and no replay. */
  changes(op: string, storage: Storage): void
  /** The host looks at elements that others may take the place of: it does so again before every replay. */
  checks(storage: Storage, test: (data: TypedArray) => void): void
  /**
   * What the step does depends on something of the host's, such as whether a module is in training: when `now` gives
   * another answer, the step is traced anew.
   * @param of what is asked, once for each `of`
   */
  goesBy(of: object, now: () => unknown): void
  /** The host does something that a replay would not: an error that says so. */
  refuse(op: string, why: string): never
  /** After the step, an error says `message` unless the one element of x is other than 0. */
  asserts(x: Elements, message: () => string): void
  /**
   * What the host does in every replay, and not now: at its place among what it makes for the step (learning rates,
   * random masks). It is undone when the replay fails, so that it has to say what it changes: see `undoable`.
   */
  effect(run: () => void): void
}
