import type { Variable } from '@unroll/autograd'
import { fail, formatShape, sameShape, type Tensor } from '@unroll/tensor'
import { asVariable } from '../modules/input.js'

/** A prediction and its target, checked to be of one shape: broadcasting would hide a mistake here. */
export function sameShapes(
  op: string,
  prediction: Variable | Tensor,
  target: Variable | Tensor,
): [Variable, Variable] {
  const [p, t] = [asVariable(op, prediction), asVariable(op, target)]
  if (!sameShape(p.shape, t.shape))
    fail(op, `prediction ${formatShape(p.shape)} and target ${formatShape(t.shape)} must have one shape`)
  return [p, t]
}
