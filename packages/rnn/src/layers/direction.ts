import type { Tensor } from '@unroll/tensor'
import type { State } from '../cells/state.js'

/** How one cell goes over a batch of sequences. */
export interface Direction {
  /** From the last step of each sequence to its first. */
  readonly reverse: boolean
  /** Int32 `[B]`, each from 1 to T: a sequence moves at the steps below its length. Undefined: all are T. */
  readonly lengths: Tensor | undefined
  /** Called with the state, its parts `[B, …]`, after the step at t. */
  readonly onStep?: (t: number, state: State) => void
}
