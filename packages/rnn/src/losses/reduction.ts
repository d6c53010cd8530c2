import { div, mean, sum, type Variable } from '@unroll/autograd'
import { assertLater, fail, formatShape, type OptionNames, Tensor } from '@unroll/tensor'

/** What becomes of the losses of the single elements. */
export type Reduction = 'mean' | 'sum' | 'none'

export interface LossOptions {
  /** Default: mean. */
  reduction?: Reduction
  /**
   * Bools: which losses count, in a padded batch say. Of the shape of the losses or of their leading axes: `[B, T]` does
   * for losses `[B, T, F]`. Where it is false, the loss and its gradient are exactly 0, whatever stands there
   * (NaN too), and the mean is over the others; it is an error if there are none. Default: all count.
   */
  mask?: Variable | Tensor
}

export const lossOptions: OptionNames<LossOptions> = { reduction: true, mask: true }

/**
 * The losses as one number, or as they are.
 * @param total what the mean divides their sum by, on a device a scalar. Default: how many there are.
 */
export function reduce(
  op: string,
  losses: Variable,
  reduction: Reduction = 'mean',
  total?: number | Tensor,
): Variable {
  if (reduction === 'none') return losses
  if (reduction === 'sum') return sum(losses)
  if (reduction !== 'mean') fail(op, `reduction is mean, sum or none, got ${String(reduction)}`)
  if (total === undefined) return mean(losses)
  const problem = () =>
    `no mean of losses ${formatShape(losses.shape)}: each is masked, ignored or of weight 0`
  if (total === 0) fail(op, problem())
  if (total instanceof Tensor) assertLater(total, () => `${op}: ${problem()}`)
  return div(sum(losses), total)
}
