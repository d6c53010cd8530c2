import type { Variable } from '@unroll/autograd'
import type { Tensor } from '@unroll/tensor'

/**
 * A tree of variables or tensors whose first axis is the batch (of hypotheses). (A type of yours for it is written as
 * `type S = { … }`: TypeScript does not take an `interface` for an object of any names.)
 */
export type Rows = Variable | Tensor | readonly Rows[] | { readonly [name: string]: Rows }

/**
 * One step of a model that continues sequences: from the last symbols, int32 `[N]`, and the state before them, the
 * logits of the next, `[N, V]`, and the state after. `weights` are attention weights `[N, S]`, if there are any.
 *
 * N is not the same from step to step: sequences that have ended leave, and hypotheses of a beam multiply. So whatever
 * belongs to one sequence, such as the outputs of an encoder, is part of the state, whose rows are chosen along
 * with it. Only what all sequences share, such as the weights of the model, may come from elsewhere.
 */
export type Step<S extends Rows> = (
  symbols: Tensor,
  state: S,
) => { readonly logits: Variable | Tensor; readonly state: S; readonly weights?: Variable | Tensor }

/** Where sequences begin: the symbol that each is to be continued from, and the state before it. */
export interface Start<S extends Rows> {
  /** B ints, or int32 `[B]`: often the symbol that marks a beginning. */
  readonly symbols: Tensor | readonly number[]
  /** Each part `[B, …]`. */
  readonly state: S
}
