import { type DType, promote, toFloat } from '../dtype.js'
import { kernelsOf } from '../kernels/active.js'
import type { Elements, Kernels, Strided } from '../kernels/kernels.js'
import { type TensorLike, toTensor } from '../operand.js'
import { normalizeAxis } from '../shape.js'
import { Tensor } from '../tensor.js'
import { cast } from './define.js'
import { transpose } from './reshape.js'

/** yᵢ = Σ_{j ≤ i} xⱼ along `axis` */
export function cumsum(x: TensorLike, axis = -1): Tensor {
  return alongAxis(
    'cumsum',
    x,
    axis,
    (dtype) => promote(dtype, 'int32'),
    (k, v) => k.cumsum(v),
  )
}

/** e^xᵢ / Σⱼ e^xⱼ along `axis`, without overflow */
export function softmax(x: TensorLike, axis = -1): Tensor {
  return alongAxis('softmax', x, axis, toFloat, (k, v) => k.softmax(v))
}

/** xᵢ − log Σⱼ e^xⱼ along `axis`, without overflow */
export function logSoftmax(x: TensorLike, axis = -1): Tensor {
  return alongAxis('logSoftmax', x, axis, toFloat, (k, v) => k.logSoftmax(v))
}

/** The kernels work along the last axis: another one is brought there, and back. */
function alongAxis(
  op: string,
  x: TensorLike,
  axis: number,
  accept: (dtype: DType) => DType,
  kernel: (k: Kernels, x: Strided) => Elements,
): Tensor {
  const given = toTensor(op, x)
  const along = normalizeAxis(op, axis, given.rank)
  const operand = cast(given, accept(given.dtype))
  const arranged = transpose(operand, along, -1)
  const y = Tensor.from(kernel(kernelsOf(op, operand.dtype, arranged), arranged), arranged.shape)
  return transpose(y, along, -1)
}
