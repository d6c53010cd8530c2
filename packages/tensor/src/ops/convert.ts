import { type DType, dtypes } from '../dtype.js'
import { fail } from '../errors.js'
import { type TensorLike, toTensor } from '../operand.js'
import type { Tensor } from '../tensor.js'
import { cast as convert } from './define.js'

/** x with its values converted to `dtype` (to int32 the fraction is dropped; to bool, all but 0 is true); x itself when it has it. */
export function cast(x: TensorLike, dtype: DType): Tensor {
  if (!dtypes.includes(dtype)) fail('cast', `dtype is one of ${dtypes.join(', ')}, got ${String(dtype)}`)
  return convert(toTensor('cast', x), dtype)
}
