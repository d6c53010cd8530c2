import type { TypedArray } from '../dtype.js'
import type { SequenceName } from './sequence.js'
import type { Strided } from './strided.js'

/** A part of a network that is run one time step after another. Its weights are copied when a stepper is made. */
export type Stage = LookupStage | LinearStage | RecurrentStage

/** y = table[x]: a row of `[V, N]` for an index. Only the first stage can be one. */
export interface LookupStage {
  readonly kind: 'lookup'
  readonly table: Strided
}

/** y = W x + b, with W `[N, K]` and b `[N]` */
export interface LinearStage {
  readonly kind: 'linear'
  readonly weight: Strided
  readonly bias?: Strided
}

/** y = h′, the state after the step: weights as in `SequenceInput`. */
export interface RecurrentStage {
  readonly kind: SequenceName
  readonly weightIh: Strided
  readonly weightHh: Strided
  readonly biasIh?: Strided
  readonly biasHh?: Strided
}

/**
 * A network made ready to be run for one sequence, a step at a time: it keeps its weights where they are
 * quickest to get at, and nothing is allocated in a step.
 */
export interface Stepper {
  /**
   * What the last stage gives for x: an index when the first stage is a lookup, else a vector. The array belongs
   * to the stepper, which writes over it in the next step.
   */
  step(x: number | ArrayLike<number>): TypedArray
  /**
   * The state of each recurrent stage, in their order: h, and the LSTM's c, each of H numbers. It begins as zeros.
   * These are the very arrays that the steps read and write, for others to do the same in between.
   */
  readonly states: readonly (readonly TypedArray[])[]
}
