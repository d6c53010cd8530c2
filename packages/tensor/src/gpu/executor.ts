import type { DType } from '../dtype.js'
import type { DeviceArray } from '../kernels/elements.js'
import type { Stored, Strided } from '../kernels/strided.js'
import type { Program } from './program.js'

/** What a program reads: an array of the device, or one number. */
export type Argument = DeviceArray | number

/**
 * Runs programs, or notes them to be run later: all that tells an eager op from one in a step that is compiled. The
 * kernels are written against it once.
 *
 * Every array of a device holds float32: ints up to 2²⁴ and bools are exact in it.
 */
export interface Executor {
  /** How the device is called, in messages. */
  readonly name: string
  /** Two tensors may have one array: what is stored in the one of them takes its place there alone, and nobody frees it. */
  readonly sharesArrays: boolean
  /** The array behind an operand, brought to the device if it is not there yet. */
  array(x: Strided): DeviceArray
  /**
   * The program's result, of `program.size` elements (nothing runs when that is 0); at most 7 arrays among the arguments, the
   * most that WebGPU promises beside a result.
   */
  run(program: Program, args: readonly Argument[], dtype: DType): DeviceArray
  /** A few numbers that the host works out, anew in each replay of a compiled step. */
  numbers(length: number, make: () => ArrayLike<number>): DeviceArray
  /** Makes `elements`, which are no other tensor's, those of this one: a change in place. What was there before may be freed. */
  store(target: Stored, elements: DeviceArray): void
}
