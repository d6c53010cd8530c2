import { mean, sum, type Variable } from '@unroll/autograd'
import { fail } from '@unroll/tensor'

/** What becomes of the losses of the single elements. */
export type Reduction = 'mean' | 'sum' | 'none'

export interface LossOptions {
  /** Default: mean. */
  reduction?: Reduction
}

/** The losses as one number, or as they are. */
export function reduce(op: string, losses: Variable, reduction: Reduction = 'mean'): Variable {
  if (reduction === 'mean') return mean(losses)
  if (reduction === 'sum') return sum(losses)
  if (reduction === 'none') return losses
  return fail(op, `reduction is mean, sum or none, got ${String(reduction)}`)
}
