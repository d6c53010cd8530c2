import { Variable } from '@unroll/autograd'
import { fail, formatShape, kindOf } from '@unroll/tensor'
import type { Module } from '../modules/module.js'
import type { Seen } from './metrics/metric.js'

/** What a loss function may give besides the loss: all of it is what the metrics see. */
export interface Outcome extends Partial<Seen> {
  /** A scalar. */
  readonly loss: Variable
  /**
   * How much the loss counts in the mean over batches: the number of things it is itself a mean of. Default: 1, so
   * that all batches count the same.
   */
  readonly count?: number
}

/** The loss of a model on a batch. */
export type LossFunction<B, M extends Module, O extends Outcome = Outcome> = (
  batch: B,
  model: M,
) => Variable | O

/** What a loss function gave, as one form. @throws UnrollError when there is no scalar loss in it. */
export function outcomeOf<O extends Outcome>(given: Variable | O): O {
  const outcome = given instanceof Variable ? ({ loss: given } as O) : given
  const loss = outcome?.loss
  if (!(loss instanceof Variable))
    fail('fit', `wants a loss function that gives a Variable, or { loss } with one, got ${kindOf(given)}`)
  if (loss.size !== 1) fail('fit', `wants a loss of one number, got ${formatShape(loss.shape)}`)
  const { count = 1 } = outcome
  if (!(count > 0 && Number.isFinite(count))) fail('fit', `count is a number above 0, got ${count}`)
  return outcome
}
