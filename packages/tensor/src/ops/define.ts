import { allocate, type DType, promote, type TypedArray, toFloat } from '../dtype.js'
import { kernelsFor } from '../kernels/active.js'
import type { CompareName, Kernels, MapName, Strided, ZipName } from '../kernels/kernels.js'
import { type TensorLike, toTensor, toTensors } from '../operand.js'
import { broadcastShapes, type Shape, sizeOf } from '../shape.js'
import { Tensor } from '../tensor.js'

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
  x: TensorLike,
  accept: (dtype: DType) => DType,
  kernel: (k: Kernels, x: Strided) => TypedArray,
): Tensor {
  const operand = toTensor(op, x)
  const { shape } = operand
  return Tensor.from(kernel(kernelsFor(operand.dtype), cast(operand, accept(operand.dtype))), shape)
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
  const operands = [left, right].map((x) => cast(x, dtype).broadcastTo(shape))
  return Tensor.from(kernelsFor(dtype)[name](operands[0], operands[1]), shape)
}

/** x with its values converted to `dtype`; x itself when it has that dtype already. */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : Tensor.from(kernelsFor(x.dtype).copy(x, dtype), x.shape)
}

/** A zeroed tensor. */
export function zerosOf(shape: Shape, dtype: DType): Tensor {
  return Tensor.from(allocate(dtype, sizeOf(shape)), shape)
}
