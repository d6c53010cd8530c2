import {
  chunk,
  concat,
  type DType,
  pad,
  promote,
  type Shape,
  split,
  stack,
  type Tensor,
  tensor,
  unbind,
} from '@unroll/tensor'
import { axisOf, shapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axesFromStart, dtypes, expectTensor } from './oracle.js'

const promoteAll = (parts: readonly Tensor[]): DType => parts.map((x) => x.dtype).reduce(promote)

test('concat puts tensors one after another', () => {
  const cases = shapes({ minRank: 1, maxRank: 3, minLength: 0 }).chain((shape) =>
    axisOf(shape).chain((axis) => {
      const [along] = axesFromStart(axis, shape.length)
      const part = fc.nat(3).chain((length) => tensors({ shape: shape.with(along, length), dtype: dtypes }))
      return fc.tuple(fc.array(part, { minLength: 1, maxLength: 4 }), fc.constant(axis))
    }),
  )
  fc.assert(
    fc.property(cases, ([parts, axis]) => {
      const [along] = axesFromStart(axis, parts[0].rank)
      // Which part, and where in it, an index along the axis is.
      const places = parts.flatMap((x) => Array.from({ length: x.shape[along] }, (_, i) => [x, i] as const))
      expectTensor(concat(parts, axis), {
        shape: parts[0].shape.with(along, places.length),
        dtype: promoteAll(parts),
        at: (index) => {
          const [part, i] = places[index[along]]
          return part.get(...index.with(along, i))
        },
      })
    }),
  )
})

test('stack puts tensors one after another along a new axis', () => {
  const cases = shapes({ maxRank: 3, minLength: 0 }).chain((shape) =>
    fc.tuple(
      fc.array(tensors({ shape, dtype: dtypes }), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: -shape.length - 1, max: shape.length }),
    ),
  )
  fc.assert(
    fc.property(cases, ([parts, axis]) => {
      const [{ shape, rank }] = parts
      const at = axis < 0 ? axis + rank + 1 : axis
      expectTensor(stack(parts, axis), {
        shape: shape.toSpliced(at, 0, parts.length),
        dtype: promoteAll(parts),
        at: (index) => parts[index[at]].get(...index.toSpliced(at, 1)),
      })
    }),
  )
})

describe('split', () => {
  const withAxis = tensors({ dtype: dtypes, minRank: 1, minLength: 0, maxLength: 7, maxRank: 3 }).chain((x) =>
    fc.tuple(fc.constant(x), axisOf(x.shape)),
  )

  test('cuts into views that concat joins again', () => {
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 8 }), ([x, axis], size) => {
        const [along] = axesFromStart(axis, x.rank)
        const parts = split(x, size, axis)
        const lengths = parts.map((part) => part.shape[along])
        expect(lengths.slice(0, -1).every((n) => n === size)).toBe(true)
        expect(lengths.at(-1)).toBeLessThanOrEqual(size)
        expect(parts.every((part) => part.storage === x.storage)).toBe(true)
        expectSame(concat(parts, axis), x)
      }),
    )
  })

  test('into given sizes', () => {
    const [a, b, c] = split(tensor([1, 2, 3, 4, 5]), [2, 0, 3])
    expect([a.toArray(), b.toArray(), c.toArray()]).toEqual([[1, 2], [], [3, 4, 5]])
  })

  test('chunk makes as many equal parts, the last smaller, or fewer', () => {
    const lengths = (length: number, count: number) =>
      chunk(tensor(Array(length).fill(0)), count).map((part) => part.size)
    // len(c) for c in torch.zeros(length).chunk(count), PyTorch 2
    expect(lengths(6, 3)).toEqual([2, 2, 2])
    expect(lengths(7, 3)).toEqual([3, 3, 1])
    expect(lengths(5, 4)).toEqual([2, 2, 1])
    expect(lengths(2, 5)).toEqual([1, 1])
    expect(lengths(0, 3)).toEqual([0])
    fc.assert(
      fc.property(withAxis, fc.integer({ min: 1, max: 8 }), ([x, axis], count) => {
        expectSame(concat(chunk(x, count, axis), axis), x)
      }),
    )
  })

  test('unbind takes the axis away, stack puts it back', () => {
    const notEmpty = withAxis.filter(([x, axis]) => (x.shape.at(axis) as number) > 0)
    fc.assert(
      fc.property(notEmpty, ([x, axis]) => {
        const [along] = axesFromStart(axis, x.rank)
        const parts = unbind(x, axis)
        expect(parts.every((part) => part.storage === x.storage)).toBe(true)
        expectSame(stack(parts, along), x)
      }),
    )
    expect(unbind(tensor([], { shape: [0, 3] }))).toEqual([])
  })
})

describe('pad', () => {
  test('puts a value around', () => {
    const cases = tensors({ dtype: dtypes, minLength: 0, maxRank: 3 }).chain((x) =>
      fc.tuple(
        fc.constant(x),
        fc
          .nat(x.rank)
          .chain((axes) => fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { minLength: axes, maxLength: axes })),
        fc.constantFrom(undefined, 1),
      ),
    )
    fc.assert(
      fc.property(cases, ([x, widths, value]) => {
        const [before, after] = [0, 1].map((side) => (axis: number) => widths[axis]?.[side] ?? 0)
        const shape: Shape = x.shape.map((length, axis) => before(axis) + length + after(axis))
        expectTensor(pad(x, widths, value), {
          shape,
          dtype: x.dtype,
          at: (index) => {
            const inner = index.map((i, axis) => i - before(axis))
            const inside = inner.every((i, axis) => i >= 0 && i < x.shape[axis])
            return inside ? x.get(...inner) : (value ?? 0)
          },
        })
      }),
    )
  })

  test('with any value that the dtype holds', () => {
    expect(pad(tensor([1]), [[0, 1]], Number.NEGATIVE_INFINITY).toArray()).toEqual([
      1,
      Number.NEGATIVE_INFINITY,
    ])
    expect(pad(tensor([true]), [[1, 0]], 2).data).toEqual(Uint8Array.of(1, 1))
  })
})

function expectSame(actual: Tensor, x: Tensor): void {
  expectTensor(actual, { shape: x.shape, dtype: x.dtype, at: (index) => x.get(...index) })
}
