import { square, sub, type Variable } from '@unroll/autograd'
import { checkNames, type Tensor } from '@unroll/tensor'
import { elementwise } from './elementwise.js'
import { type LossOptions, lossOptions } from './reduction.js'

/**
 * The squared error (x − t)², reduced.
 *
 * - prediction, target: of one shape
 *
 * @throws UnrollError when the shapes differ, or the mask does not fit them.
 */
export function mse(
  prediction: Variable | Tensor,
  target: Variable | Tensor,
  options: LossOptions = {},
): Variable {
  checkNames('mse', options, lossOptions)
  return elementwise('mse', prediction, target, options, (x, t) => square(sub(x, t)))
}
