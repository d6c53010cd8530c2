import { kernelsOf } from '../kernels/active.js'
import { type TensorLike, toTensor, toTensors } from '../operand.js'
import { broadcastShapes } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { cast, compare } from './define.js'
import { madeOf } from './made-of.js'

/** Bools: a = b */
export const equal = compare('equal')
/** Bools: a ≠ b */
export const notEqual = compare('notEqual')
/** Bools: a < b */
export const less = compare('less')
/** Bools: a ≤ b */
export const lessEqual = compare('lessEqual')
/** Bools: a > b */
export const greater = compare('greater')
/** Bools: a ≥ b */
export const greaterEqual = compare('greaterEqual')

/** Bools: neither NaN nor ±Infinity */
export function isFinite(x: TensorLike): Tensor {
  const operand = toTensor('isFinite', x)
  return madeOf([operand], kernelsOf('isFinite', operand.dtype, operand).isFinite(operand), operand.shape)
}

/** a where `condition` holds, else b; all three broadcast together. A condition that is not of bools holds where it is not 0. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  const mask = cast(toTensor('where', condition), 'bool')
  const [left, right, dtype] = toTensors('where', a, b)
  const shape = broadcastShapes('where', mask.shape, broadcastShapes('where', left.shape, right.shape))
  const kernels = kernelsOf('where', dtype, mask, left, right)
  const [c, x, y] = [mask, cast(left, dtype), cast(right, dtype)].map((t) => t.broadcastTo(shape))
  return madeOf([c, x, y], kernels.where(c, x, y), shape)
}

/** Bools: the opposite of x, which holds where it is not 0. */
export function logicalNot(x: TensorLike): Tensor {
  return equal(toTensor('logicalNot', x), 0)
}
