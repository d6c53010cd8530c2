import {
  contiguous,
  copy,
  expand,
  flatten,
  flip,
  permute,
  reshape,
  type Shape,
  type SliceSpec,
  sizeOf,
  slice,
  squeeze,
  type Tensor,
  tensor,
  transpose,
  unsqueeze,
} from '@unroll/tensor'
import { axesOf, axisOf, broadcastableShapes, sliceSpecsOf, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axesFromStart, dtypes, expectTensor, ndindex, read } from './oracle.js'

const any = { dtype: dtypes, minLength: 0 }
const x234 = tensor(
  Array.from({ length: 24 }, (_, i) => i),
  { shape: [2, 3, 4] },
)

describe('reshape', () => {
  /** Shapes of as many elements as x has, by cutting off one divisor after another. */
  const shapeOfSize = (size: number): fc.Arbitrary<Shape> =>
    fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }).map((wanted) => {
      const shape: number[] = []
      let rest = size
      for (const n of wanted) {
        shape.push(rest % n === 0 ? n : 1)
        rest /= shape[shape.length - 1]
      }
      return [...shape, rest]
    })

  test('keeps the elements in row-major order', () => {
    const cases = tensors(any).chain((x) => fc.tuple(fc.constant(x), shapeOfSize(x.size)))
    fc.assert(
      fc.property(cases, ([x, shape]) => {
        const elements = [...ndindex(x.shape)]
        const order = [...ndindex(shape)].map(String)
        const at = (index: number[]) => x.get(...elements[order.indexOf(String(index))])
        const y = reshape(x, shape)
        expectTensor(y, { shape, dtype: x.dtype, at })
        expect(y.storage === x.storage).toBe(x.isContiguous)
      }),
    )
  })

  test('works out a length of -1', () => {
    expect(reshape(x234, [-1]).shape).toEqual([24])
    expect(reshape(x234, [4, -1]).shape).toEqual([4, 6])
    expect(reshape(x234, [2, -1, 2, 6]).shape).toEqual([2, 1, 2, 6])
    expect(reshape(tensor(5), [-1]).shape).toEqual([1])
  })
})

test('flatten makes one axis of several', () => {
  expect(flatten(x234).shape).toEqual([24])
  expect(flatten(x234, 1).shape).toEqual([2, 12])
  expect(flatten(x234, 0, -2).shape).toEqual([6, 4])
  expect(flatten(x234, -1).shape).toEqual([2, 3, 4])
  expect(flatten(tensor(5)).shape).toEqual([1])
  expect(flatten(x234, 1).toArray()).toEqual(reshape(x234, [2, 12]).toArray())
})

test('permute puts the axes in another order', () => {
  const cases = tensors(any).chain((x) => {
    const order = fc.shuffledSubarray(
      x.shape.map((_, axis) => axis),
      { minLength: x.rank },
    )
    return fc.tuple(fc.constant(x), order, fc.boolean())
  })
  fc.assert(
    fc.property(cases, ([x, order, fromEnd]) => {
      const y = permute(x, fromEnd ? order.map((axis) => axis - x.rank) : order)
      expectTensor(y, {
        shape: order.map((axis) => x.shape[axis]),
        dtype: x.dtype,
        at: (index) => x.get(...x.shape.map((_, axis) => index[order.indexOf(axis)])),
      })
      expect(y.storage).toBe(x.storage)
    }),
  )
})

test('transpose swaps two axes, the last two by default', () => {
  const cases = tensors({ ...any, minRank: 1 }).chain((x) =>
    fc.tuple(fc.constant(x), axisOf(x.shape), axisOf(x.shape)),
  )
  fc.assert(
    fc.property(cases, ([x, axis0, axis1]) => {
      const [a, b] = axesFromStart([axis0, axis1], x.rank)
      const swap = <T>(values: readonly T[]) => values.with(a, values[b]).with(b, values[a])
      const y = transpose(x, axis0, axis1)
      expectTensor(y, { shape: swap(x.shape), dtype: x.dtype, at: (index) => x.get(...swap(index)) })
      expect(y.storage).toBe(x.storage)
    }),
  )
  expect(transpose(x234).shape).toEqual([2, 4, 3])
})

test('squeeze drops axes of length 1, unsqueeze puts one in', () => {
  const cases = tensors({ ...any, maxRank: 3 }).chain((x) =>
    fc.tuple(fc.constant(x), fc.integer({ min: -x.rank - 1, max: x.rank })),
  )
  fc.assert(
    fc.property(cases, ([x, axis]) => {
      const y = unsqueeze(x, axis)
      const at = axis < 0 ? axis + x.rank + 1 : axis
      const without = (index: number[]) => index.toSpliced(at, 1)
      expectTensor(y, {
        shape: x.shape.toSpliced(at, 0, 1),
        dtype: x.dtype,
        at: (index) => x.get(...without(index)),
      })
      expectTensor(squeeze(y, axis), { shape: x.shape, dtype: x.dtype, at: (index) => x.get(...index) })
      expect(squeeze(y).shape).toEqual(x.shape.filter((length) => length !== 1))
      expect(squeeze(y, axis).storage).toBe(x.storage)
    }),
  )
  expect(squeeze(tensor([[[1], [2]]]), [0, -1]).toArray()).toEqual([1, 2])
})

describe('expand', () => {
  test('repeats without copying', () => {
    const cases = broadcastableShapes(2, { minLength: 0 }).chain(([a, b]) =>
      fc.tuple(tensors({ shape: a, dtype: dtypes }), fc.constant(b)),
    )
    fc.assert(
      fc.property(cases, ([x, other]) => {
        const rank = Math.max(x.rank, other.length)
        const length = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1
        const shape = Array.from({ length: rank }, (_, axis) =>
          length(x.shape, axis) === 1 ? length(other, axis) : length(x.shape, axis),
        )
        const y = expand(x, shape)
        expectTensor(y, { shape, dtype: x.dtype, at: (index) => read(x, index) })
        expect(y.storage).toBe(x.storage)
        expect(x.broadcastTo(shape).strides).toEqual(y.strides)
      }),
    )
  })

  test('keeps an axis at -1', () => {
    expect(expand(tensor([[1], [2]]), [3, -1, 4]).shape).toEqual([3, 2, 4])
  })
})

describe('slice', () => {
  test('takes what Python would', () => {
    const cases = tensors(any).chain((x) => fc.tuple(fc.constant(x), sliceSpecsOf(x.shape)))
    fc.assert(
      fc.property(cases, ([x, specs]) => {
        const taken = x.shape.map((length, axis) => takenBy(specs[axis] ?? null, length))
        const kept = taken.filter((_, axis) => typeof specs[axis] !== 'number')
        const y = slice(x, ...specs)
        expectTensor(y, {
          shape: kept.map((indices) => indices.length),
          dtype: x.dtype,
          at: (index) => {
            const rest = [...index]
            return x.get(
              ...taken.map((indices, axis) =>
                typeof specs[axis] === 'number' ? indices[0] : indices[rest.shift() as number],
              ),
            )
          },
        })
        expect(y.storage).toBe(x.storage)
        expect(y.offset).toBeGreaterThanOrEqual(0)
        expect(y.offset).toBeLessThan(x.storage.data.length)
      }),
      { numRuns: 500 },
    )
  })

  test.each<[spec: SliceSpec, python: number[]]>([
    // list(range(5))[...], by CPython 3.11
    [
      [1, 4],
      [1, 2, 3],
    ],
    [
      [null, null, 2],
      [0, 2, 4],
    ],
    [
      [null, null, -1],
      [4, 3, 2, 1, 0],
    ],
    [
      [null, null, -2],
      [4, 2, 0],
    ],
    [[-2], [3, 4]],
    [
      [null, -2],
      [0, 1, 2],
    ],
    [
      [-100, 100],
      [0, 1, 2, 3, 4],
    ],
    [
      [100, -100, -1],
      [4, 3, 2, 1, 0],
    ],
    [[3, 1], []],
    [
      [3, 1, -1],
      [3, 2],
    ],
    [[3, -1, -1], []],
    [
      [3, null, -2],
      [3, 1],
    ],
    [[1, 4, 100], [1]],
    [[], [0, 1, 2, 3, 4]],
  ])('%j of 0 … 4 is %j', (spec, python) => {
    expect(slice(tensor([0, 1, 2, 3, 4]), spec).toArray()).toEqual(python)
  })
})

test('flip reverses axes, all of them by default', () => {
  const cases = tensors(any).chain((x) => fc.tuple(fc.constant(x), axesOf(x.shape)))
  fc.assert(
    fc.property(cases, ([x, axis]) => {
      const axes = axesFromStart(axis, x.rank)
      const y = flip(x, axis)
      expectTensor(y, {
        shape: x.shape,
        dtype: x.dtype,
        at: (index) => x.get(...index.map((i, a) => (axes.includes(a) ? x.shape[a] - 1 - i : i))),
      })
      expect(y.storage).toBe(x.storage)
    }),
  )
})

test('contiguous copies only where it must, copy always', () => {
  fc.assert(
    fc.property(tensors(any), (x) => {
      const y = contiguous(x)
      const z = copy(x)
      for (const made of [y, z]) {
        expectTensor(made, { shape: x.shape, dtype: x.dtype, at: (index) => x.get(...index) })
        expect(made.isContiguous).toBe(true)
      }
      expect(y === x).toBe(x.isContiguous)
      expect(z.storage).not.toBe(x.storage)
      expect(z.storage.data).toHaveLength(sizeOf(x.shape))
    }),
  )
})

test('views of views read the one storage', () => {
  const view: Tensor = flip(transpose(slice(x234, 1, [null, null, 2]), 0, 1), 0)
  expect(view.storage).toBe(x234.storage)
  expect(view.toArray()).toEqual([
    [15, 23],
    [14, 22],
    [13, 21],
    [12, 20],
  ])
})

/**
 * The indices that a spec takes of an axis, in order. Of 0 … length − 1, a range takes each that is
 * not before its start, is before its stop, and is a multiple of its step away from where it begins.
 */
function takenBy(spec: SliceSpec, length: number): number[] {
  const fromStart = (n: number) => (n < 0 ? n + length : n)
  if (typeof spec === 'number') return [fromStart(spec)]
  const [start, stop, by] = spec ?? []
  const step = by ?? 1
  const forward = Array.from({ length }, (_, i) => i)
  const inOrder = step > 0 ? forward : forward.reverse()
  const notBefore = (i: number, bound: number) => (step > 0 ? i >= bound : i <= bound)
  const inside = inOrder
    .filter((i) => start == null || notBefore(i, fromStart(start)))
    .filter((i) => stop == null || !notBefore(i, fromStart(stop)))
  // What is left of the range begins at the first index that it could take.
  const [first] = inOrder.filter((i) => start == null || notBefore(i, fromStart(start)))
  return inside.filter((i) => (i - first) % step === 0)
}
