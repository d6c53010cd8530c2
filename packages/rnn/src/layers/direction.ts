import type { Tensor } from '@unroll/tensor'

/** How one cell goes over a batch of sequences. */
export interface Direction {
  /** From the last step of each sequence to its first. */
  readonly reverse: boolean
  /** Int32 `[B]`, each from 1 to T: a sequence moves at the steps below its length. Undefined: all are T. */
  readonly lengths: Tensor | undefined
}
