import { type Variable, variable } from '@unroll/autograd'
import { fail, formatShape, sameShape, Tensor } from '@unroll/tensor'

/** A prediction and its target, checked to be of one shape: broadcasting would hide a mistake here. */
export function sameShapes(
  op: string,
  prediction: Variable | Tensor,
  target: Variable | Tensor,
): [Variable, Variable] {
  const [p, t] = [asVariable(prediction), asVariable(target)]
  if (!sameShape(p.shape, t.shape))
    fail(op, `prediction ${formatShape(p.shape)} and target ${formatShape(t.shape)} must have one shape`)
  return [p, t]
}

export function asVariable(x: Variable | Tensor): Variable {
  return x instanceof Tensor ? variable(x) : x
}
