import { type DType, isFloat, promote } from './dtype.js'
import { fail } from './errors.js'
import { Tensor } from './tensor.js'

/** What an op takes: a tensor, or a number that stands for a scalar of the other operand's dtype. */
export type TensorLike = Tensor | number

/** `x` as a tensor; a plain number becomes a float32 scalar, or one of the dtype asked for. */
export function toTensor(op: string, x: TensorLike, dtype: DType = 'float32'): Tensor {
  if (x instanceof Tensor) return x
  if (typeof x !== 'number') fail(op, `wants a Tensor or a number, got ${describe(x)}`)
  return Tensor.fromNumber(x, dtype)
}

/**
 * Two operands with the dtype of their result. A number takes the dtype of the tensor beside it,
 * unless that is an integer one and the number is not.
 */
export function toTensors(op: string, a: TensorLike, b: TensorLike): [Tensor, Tensor, DType] {
  const left = toTensor(op, a, typeof a === 'number' ? scalarDType(a, b) : undefined)
  const right = toTensor(op, b, typeof b === 'number' ? scalarDType(b, a) : undefined)
  return [left, right, promote(left.dtype, right.dtype)]
}

function scalarDType(value: number, other: TensorLike): DType {
  if (!(other instanceof Tensor)) return 'float32'
  if (isFloat(other.dtype)) return other.dtype
  return Number.isInteger(value) && Math.abs(value) <= 2 ** 31 - 1 ? 'int32' : 'float32'
}

function describe(x: unknown): string {
  if (x === null) return 'null'
  if (Array.isArray(x)) return 'an array (make a tensor of it with tensor([...]))'
  return typeof x === 'object' ? (x.constructor?.name ?? 'an object') : typeof x
}
