import { type DType, promote, toFloat } from '../dtype.js'
import { kernelsOf } from '../kernels/active.js'
import type { CompareName, Elements, Kernels, MapName, Strided, ZipName } from '../kernels/kernels.js'
import { type TensorLike, toTensor, toTensors } from '../operand.js'
import { broadcastShapes } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { madeOf } from './made-of.js'

export type UnaryOp = (x: TensorLike) => Tensor
export type BinaryOp = (a: TensorLike, b: TensorLike) => Tensor

/** An element-wise op whose result has the dtype of its operand (bools count as ints). */
export function map(name: MapName): UnaryOp {
  return (x) =>
    mapWith(
      name,
      x,
      (dtype) => promote(dtype, 'int32'),
      (k, v) => k[name](v),
    )
}

/** An element-wise op whose result is a float: ints become float32. */
export function floatMap(name: MapName): UnaryOp {
  return (x) => mapWith(name, x, toFloat, (k, v) => k[name](v))
}

/** An element-wise op by any kernel, its operand first converted to the dtype that `accept` gives. */
export function mapWith(
  op: string,
  given: TensorLike,
  accept: (dtype: DType) => DType,
  kernel: (k: Kernels, x: Strided) => Elements,
): Tensor {
  const operand = toTensor(op, given)
  const { shape } = operand
  const x = cast(operand, accept(operand.dtype))
  return madeOf([x], kernel(kernelsOf(op, operand.dtype, x), x), shape)
}

/** A broadcasting op of two operands, its result of their promoted dtype (bools count as ints). */
export function zip(name: ZipName): BinaryOp {
  return (a, b) => zipWith(name, a, b, (dtype) => promote(dtype, 'int32'))
}

/** A broadcasting op of two operands whose result is a float. */
export function floatZip(name: ZipName): BinaryOp {
  return (a, b) => zipWith(name, a, b, toFloat)
}

/** A broadcasting comparison: its result is of bools. */
export function compare(name: CompareName): BinaryOp {
  return (a, b) => zipWith(name, a, b, (dtype) => dtype)
}

function zipWith(
  name: ZipName | CompareName,
  a: TensorLike,
  b: TensorLike,
  accept: (dtype: DType) => DType,
): Tensor {
  const [left, right, promoted] = toTensors(name, a, b)
  const shape = broadcastShapes(name, left.shape, right.shape)
  const dtype = accept(promoted)
  const kernels = kernelsOf(name, dtype, left, right) // of these, as a single number is none when it is broadcast
  const operands = [left, right].map((x) => cast(x, dtype).broadcastTo(shape))
  return madeOf(operands, kernels[name](operands[0], operands[1]), shape)
}

/** x with its values converted to `dtype`; x itself when it has that dtype already. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype
    ? x
    : madeOf([x], kernelsOf('cast', promote(x.dtype, dtype), x).copy(x, dtype), x.shape)
}
