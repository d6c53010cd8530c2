import { fail, formatShape, indexSelect, kindOf, sizeOf, Tensor } from '@unroll/tensor'

/** The numbers of items, each from 0. */
export type Indices = readonly number[] | Int32Array

/** @throws UnrollError when one is not an integer in 0 … size − 1. */
export function checkIndexList(op: string, indices: Indices, size: number): Int32Array {
  if (!(Array.isArray(indices) || indices instanceof Int32Array))
    fail(op, `wants indices as an array or an Int32Array, got ${kindOf(indices)}`)
  for (let i = 0; i < indices.length; i++)
    if (!Number.isInteger(indices[i]) || indices[i] < 0 || indices[i] >= size)
      fail(op, `index ${kindOf(indices[i])} is out of range (want 0 … ${size - 1})`)
  return indices instanceof Int32Array ? indices : Int32Array.from(indices)
}

/** The numbers from start up to but without stop; with one argument, from 0. */
export function inOrder(start: number, stop?: number): Int32Array {
  const [first, end] = stop === undefined ? [0, start] : [start, stop]
  return Int32Array.from({ length: end - first }, (_, i) => first + i)
}

/** Those items of x, in the order of the indices: `[N, …]` to `[indices, …]`, a copy. */
export function takeItems(x: Tensor, indices: Int32Array): Tensor {
  const index = Tensor.from(indices, [indices.length])
  const [count, ...shape] = x.shape
  if (x.rank < 3 || !x.slice(0).isContiguous) return indexSelect(x, 0, index)
  // An item whose elements lie side by side is copied as one row.
  const rows = x.view([count, sizeOf(shape)], [x.strides[0], 1], x.offset)
  return indexSelect(rows, 0, index).reshape([indices.length, ...shape])
}

/** The number of items in x, the length of its first axis. @throws UnrollError when it is a scalar. */
export function countItems(op: string, name: string, x: Tensor): number {
  if (x.rank === 0) fail(op, `${name} is a scalar ${formatShape(x.shape)}: it has no axis of items`)
  return x.shape[0]
}
