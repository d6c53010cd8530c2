import { promote } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { type TensorLike, toTensor } from '../operand.js'
import { broadcastShapes, formatShape } from '../shape.js'
import { Tensor } from '../tensor.js'
import { cast } from './define.js'
import { reshape, unsqueeze } from './reshape.js'

/**
 * The matrix product, by NumPy's rules: `[…, M, K] × […, K, N] → […, M, N]`, leading axes broadcast.
 * A vector on the left is a row, one on the right a column, and that axis is left out of the result.
 * @throws UnrollError when the inner dimensions differ, or an operand is a scalar.
 */
export function matmul(a: TensorLike, b: TensorLike): Tensor {
  const given = [toTensor('matmul', a), toTensor('matmul', b)] as const
  const shapes = () => `${formatShape(given[0].shape)} x ${formatShape(given[1].shape)}`
  if (given.some((x) => x.rank === 0))
    fail('matmul', `wants vectors or matrices, got ${shapes()}; use mul for scalars`)
  const dtype = promote(promote(given[0].dtype, given[1].dtype), 'int32')
  const [left, right] = given.map((x) => cast(x, dtype))
  const A = left.rank === 1 ? unsqueeze(left, 0) : left
  const B = right.rank === 1 ? unsqueeze(right, 1) : right
  const [M, K] = A.shape.slice(-2)
  const [inner, N] = B.shape.slice(-2)
  if (K !== inner) fail('matmul', `inner dimensions differ: ${shapes()} (${K} ≠ ${inner})`)
  const batch = broadcastShapes('matmul', A.shape.slice(0, -2), B.shape.slice(0, -2))
  const c = kernelsOf('matmul', dtype, A, B).matmul(
    A.broadcastTo([...batch, M, K]),
    B.broadcastTo([...batch, K, N]),
  )
  const rows = left.rank === 1 ? [] : [M]
  const columns = right.rank === 1 ? [] : [N]
  return reshape(Tensor.from(c, [...batch, M, N]), [...batch, ...rows, ...columns])
}
