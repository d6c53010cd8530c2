import type { TypedArray } from '../dtype.js'
import type { Strided } from './strided.js'

/** The recurrent networks that have kernels for a whole sequence. */
export type SequenceName = 'rnnTanh' | 'rnnRelu' | 'lstm' | 'gru'

/**
 * One layer of a recurrent network in one direction, over a batch of sequences, in one call: B sequences of
 * T steps, I inputs and H hidden units; G is the number of gates (1, 4 of the LSTM, 3 of the GRU).
 */
export interface SequenceInput {
  /** `[B, T, I]` */
  readonly x: Strided
  /** The state before the first step, each part `[B, H]`: h, and the LSTM's c. */
  readonly state: readonly Strided[]
  /** `[G · H, I]` */
  readonly weightIh: Strided
  /** `[G · H, H]` */
  readonly weightHh: Strided
  /** `[G · H]`; both or neither */
  readonly biasIh?: Strided
  readonly biasHh?: Strided
  /**
   * Int32 `[B]`, each from 0 to T: how long each sequence is; all T when left out. Beyond its end a sequence
   * does not move: the output is 0 there, x is not looked at, and its gradient is exactly 0.
   */
  readonly lengths?: Strided
  /** From the last step (of each sequence) to the first. */
  readonly reverse: boolean
}

/** What the backward pass needs of the forward pass: a matter of the kernels that made it. */
export interface Saved {
  /** For people: how much memory it takes. */
  readonly bytes: number
  /** Says that it will not be used again, so that its memory can serve the next. Garbage collection does as well, later. */
  release?(): void
}

export interface SequenceOutput<Data = TypedArray> {
  /** h at every step, `[B, T, H]` */
  readonly output: Data
  /** The state after each sequence's last step, each part `[B, H]`. */
  readonly state: readonly Data[]
  /** Undefined when it was not asked for. */
  readonly saved: Saved | undefined
}

/** dL/d(what the forward pass gave); undefined where nothing flows. */
export interface SequenceOutputGradients {
  readonly output: Strided | undefined
  readonly state: readonly (Strided | undefined)[]
}

/** dL/d(input), each in the shape of what it is the gradient of. */
export interface SequenceGradients<Data = TypedArray> {
  /** Undefined when it was not asked for. */
  readonly x: Data | undefined
  readonly state: readonly Data[]
  readonly weightIh: Data
  readonly weightHh: Data
  readonly biasIh: Data | undefined
  readonly biasHh: Data | undefined
}

/** The forward pass over a whole sequence, and backpropagation through time. */
export interface SequenceKernel<Data = TypedArray> {
  /** @param save whether a backward pass is to follow */
  forward(input: SequenceInput, save: boolean): SequenceOutput<Data>
  /** `saved` may be used more than once. @param wantX whether x's gradient is wanted */
  backward(
    input: SequenceInput,
    saved: Saved,
    gradients: SequenceOutputGradients,
    wantX: boolean,
  ): SequenceGradients<Data>
}
