import type { DeviceArray } from '../../../kernels/elements.js'
import { rowMajorStrides, type Shape, sizeOf } from '../../../shape.js'
import type { Argument, Executor } from '../../executor.js'
import { flatIndex, unravel } from '../../index-text.js'
import { layoutKey, type Operand } from '../../operand.js'
import type { SequenceCell } from './cell.js'

/**
 * A cell over B sequences of T steps, with H hidden units, G gates, a state of S parts and K values kept. Arrays of
 * all steps are `[B, T, …]`, as the matrix products want them; but the states, which come step by step, and their
 * gradients are `[T + 1, B, S, H]`.
 */
export interface Layer {
  readonly executor: Executor
  readonly cell: SequenceCell
  readonly B: number
  readonly T: number
  readonly H: number
  readonly G: number
  readonly S: number
  readonly K: number
  /** Where, of the T + 1 states in the order of time, the one before the step at 0 is, and the one after it. */
  readonly before: number
  readonly after: number
  /** `[B]` */
  readonly lengths: DeviceArray | undefined
}

/**
 * Runs a program that gives an array of that shape. Its arguments are those that there are, and `lengths`; `text` is
 * its body, for the element at the indices that it is handed. The number of a step is an argument, so that all steps
 * are one program.
 *
 * @param given operands whose layouts go into the text
 */
export function run(
  layer: Layer,
  name: string,
  shape: Shape,
  named: Readonly<Record<string, Argument | undefined>>,
  text: (...index: string[]) => string,
  given: readonly (Operand | undefined)[] = [],
): DeviceArray {
  const { executor, cell, B, T, H, before, lengths } = layer
  const all: typeof named = { ...named, lengths }
  const args = Object.entries(all).filter((x): x is [string, Argument] => x[1] !== undefined)
  const parameters = args.map(([parameter]) => parameter).join(', ')
  const layouts = given.map((x) => (x ? layoutKey(x) : 'none'))
  const program = {
    name: `${cell.name} ${name}`,
    key: [`${B},${T},${H},${before}`, parameters, ...layouts].join('|'),
    size: sizeOf(shape),
    source: () => {
      const { lines, index } = unravel('place', shape, 'at')
      return `function (${parameters}) {
        const place = this.thread.x;
        ${lines}
        ${text(...index)}
      }`
    },
  }
  return executor.run(
    program,
    args.map(([, argument]) => argument),
    'float32',
  )
}

/** Whether sequence b moves at t: it has not ended. */
export function moves({ T, lengths }: Layer, b: string, t: string): string {
  return `${t} < ${lengths ? `lengths[${b}]` : T}`
}

/** Where an element of a row-major array of that shape stands. */
export function at(shape: Shape, ...index: readonly (string | number)[]): string {
  return atFrom(0, shape, ...index)
}

/** The same, of an array that begins with the element at `offset`. */
export function atFrom(offset: number, shape: Shape, ...index: readonly (string | number)[]): string {
  return flatIndex(index.map(String), { strides: rowMajorStrides(shape), offset })
}

/** Lines that define the names. */
export function define(names: readonly string[], value: (k: number) => string): string {
  return names.map((name, k) => `const ${name} = ${value(k)};`).join('\n')
}

/** The value that stands at an index. */
export function select(index: string, values: readonly string[]): string {
  return values.reduceRight((others, value, k) => `(${index} === ${k} ? ${value} : ${others})`)
}
