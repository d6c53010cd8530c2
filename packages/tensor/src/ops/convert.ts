import { checkDType, type DType } from '../dtype.js'
import { type TensorLike, toTensor } from '../operand.js'
import type { Tensor } from '../tensor.js'
import { checkConversion } from './check-elements.js'
import { cast as convert } from './define.js'

/**
 * x with its values converted to `dtype` (to int32 the fraction is dropped; to bool, all but 0 is
 * true); x itself when it has it.
 * @throws UnrollError when a value is NaN, infinite or too large for int32.
 */
export function cast(x: TensorLike, dtype: DType): Tensor {
  const source = toTensor('cast', x)
  checkConversion('cast', source, checkDType('cast', dtype))
  return convert(source, dtype)
}
