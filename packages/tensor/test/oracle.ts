import { type DType, formatShape, type Shape, type Tensor } from '@unroll/tensor'
import { expect } from 'vitest'

export const dtypes: readonly DType[] = ['bool', 'int32', 'float32', 'float64']

/** Every index of a shape, in row-major order. */
export function* ndindex(shape: Shape): Generator<number[]> {
  if (shape.length === 0) return yield []
  const [length, ...rest] = shape
  for (let i = 0; i < length; i++) for (const index of ndindex(rest)) yield [i, ...index]
}

/** The element of x that a tensor to which x broadcasts has at `index`. */
export function read(x: Tensor, index: readonly number[]): number {
  const own = index.slice(index.length - x.rank)
  return x.get(...own.map((i, axis) => (x.shape[axis] === 1 ? 0 : i)))
}

/** What a tensor should be: its shape, its dtype, and each element worked out on its own from its index. */
export interface Expected {
  shape: Shape
  dtype: DType
  at: (index: number[]) => number
  /** How far an element may be off, relative to itself. Default: a few units of its last place. */
  tolerance?: number
  /** How far it may be off in any case. Default: 0. */
  absolute?: number
}

/** Holds a tensor against an oracle, element by element; NaN is NaN, and infinities have a sign. */
export function expectTensor(actual: Tensor, { shape, dtype, at, tolerance, absolute = 0 }: Expected): void {
  expect({ shape: [...actual.shape], dtype: actual.dtype }).toEqual({ shape: [...shape], dtype })
  const allowed = tolerance ?? { bool: 0, int32: 0, float32: 3e-7, float64: 1e-15 }[dtype]
  for (const index of ndindex(shape)) {
    const want = round(at(index), dtype)
    const got = actual.get(...index)
    const close = Math.abs(got - want) <= absolute + allowed * Math.abs(want)
    if (!Object.is(got, want) && got !== want && !close)
      expect.fail(`at ${formatShape(index)}: got ${got}, want ${want}`)
  }
}

/** A number as an element of `dtype` holds it. */
function round(x: number, dtype: DType): number {
  if (dtype === 'float32') return Math.fround(x)
  return dtype === 'bool' ? +(x !== 0) : x
}

/** The axes that a reduction goes over, counted from the start. */
export function axesFromStart(axis: number | readonly number[] | undefined, rank: number): number[] {
  const axes = axis === undefined ? Array.from({ length: rank }, (_, a) => a) : [axis].flat()
  return (axes as number[]).map((a) => (a < 0 ? a + rank : a))
}

/** All elements that a reduction over `axes` makes into the one at `index` (of the result that keeps its axes). */
export function group(x: Tensor, axes: readonly number[], index: readonly number[]): number[] {
  const span = x.shape.map((length, axis) => (axes.includes(axis) ? length : 1))
  return [...ndindex(span)].map((offset) => x.get(...offset.map((i, axis) => i + index[axis])))
}
