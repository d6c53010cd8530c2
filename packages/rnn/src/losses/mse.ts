import { square, sub, type Variable } from '@unroll/autograd'
import type { Tensor } from '@unroll/tensor'
import { sameShapes } from './operands.js'
import { type LossOptions, reduce } from './reduction.js'

/**
 * The squared error (x − t)², reduced.
 * @throws UnrollError when the shapes differ.
 */
export function mse(
  prediction: Variable | Tensor,
  target: Variable | Tensor,
  { reduction }: LossOptions = {},
): Variable {
  const [x, t] = sameShapes('mse', prediction, target)
  return reduce('mse', square(sub(x, t)), reduction)
}
