import type { Variable } from '@unroll/autograd'
import { fail, formatShape, sameShape, type Tensor } from '@unroll/tensor'
import { asVariable } from '../modules/input.js'
import { checkMask, countOf, masked } from './mask.js'
import { type LossOptions, reduce } from './reduction.js'

/**
 * A loss of each element of a prediction and its target, masked and reduced.
 * @throws UnrollError when the two differ in shape: broadcasting would hide a mistake here.
 */
export function elementwise(
  op: string,
  prediction: Variable | Tensor,
  target: Variable | Tensor,
  { reduction, mask }: LossOptions,
  lossOf: (x: Variable, t: Variable) => Variable,
): Variable {
  const [x, t] = [asVariable(op, prediction), asVariable(op, target)]
  if (!sameShape(x.shape, t.shape))
    fail(op, `prediction ${formatShape(x.shape)} and target ${formatShape(t.shape)} must have one shape`)
  const counts = checkMask(op, mask, x.shape)
  const losses = masked(lossOf(masked(x, counts), masked(t, counts)), counts)
  return reduce(op, losses, reduction, countOf(counts, x.shape))
}
