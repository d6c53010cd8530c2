import { abs, sub, type Variable } from '@unroll/autograd'
import { checkNames, type Tensor } from '@unroll/tensor'
import { elementwise } from './elementwise.js'
import { type LossOptions, lossOptions } from './reduction.js'

/**
 * The absolute error |x − t|, reduced; its gradient where x = t is 0.
 *
 * - prediction, target: of one shape
 *
 * @throws UnrollError when the shapes differ, or the mask does not fit them.
 */
export function l1(
  prediction: Variable | Tensor,
  target: Variable | Tensor,
  options: LossOptions = {},
): Variable {
  checkNames('l1', options, lossOptions)
  return elementwise('l1', prediction, target, options, (x, t) => abs(sub(x, t)))
}
