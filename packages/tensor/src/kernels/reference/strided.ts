import { type DType, dtypeOf, type TypedArray } from '../../dtype.js'
import { rowMajorStrides, type Shape } from '../../shape.js'
import type { Strided } from '../kernels.js'

/** The dtype of an operand's data. */
export function dtypeOfStrided(x: Strided): DType {
  return dtypeOf(x.storage.data) as DType
}

/** x walked along its first `count` axes only, standing at index 0 of the others. */
export function leadingAxes(x: Strided, count: number): Strided {
  return {
    storage: x.storage,
    shape: x.shape.slice(0, count),
    strides: x.strides.slice(0, count),
    offset: x.offset,
  }
}

/** The block of x that its axes after the first `skip` span, from `offset` on. */
export function trailingAxes(x: Strided, skip: number, offset: number): Strided {
  return { storage: x.storage, shape: x.shape.slice(skip), strides: x.strides.slice(skip), offset }
}

/** A fresh result as an operand. */
export function rowMajor(data: TypedArray, shape: Shape): Strided {
  return { storage: { data }, shape, strides: rowMajorStrides(shape), offset: 0 }
}

/** The transpose of x's matrices, its last two axes, as they lie. */
export function transposed({ storage, shape, strides, offset }: Strided): Strided {
  return { storage, shape: swapLast(shape), strides: swapLast(strides), offset }
}

function swapLast(list: readonly number[]): number[] {
  const last = list.length - 1
  return [...list.slice(0, -2), list[last], list[last - 1]]
}
