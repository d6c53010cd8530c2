import {
  expand,
  flip,
  slice,
  type Tensor,
  Tensor as TensorClass,
  tensor,
  transpose,
  zeros,
} from '@unroll/tensor'
import { positionsIn, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, expectTensor, ndindex, read } from './oracle.js'

const writable = tensors({ dtype: dtypes, expanded: false })

test('set changes one element, and nothing else', () => {
  const cases = writable.chain((x) => fc.tuple(fc.constant(x), positionsIn(x.shape)))
  fc.assert(
    fc.property(cases, ([x, position]) => {
      const before = x.copy()
      const storage = [...x.storage.data]
      const value = x.get(...position) === 1 ? 0 : 1
      expect(x.set(position, value)).toBe(x)
      const fromStart = position.map((i, axis) => (i < 0 ? i + x.shape[axis] : i))
      expectTensor(x, {
        shape: x.shape,
        dtype: x.dtype,
        at: (index) => (String(index) === String(fromStart) ? value : before.get(...index)),
      })
      const touched = [...x.storage.data].filter((element, i) => !Object.is(element, storage[i]))
      expect(touched).toEqual([value])
    }),
  )
})

test('fill and assign change the elements of a view, and nothing between them', () => {
  const cases = tensors({ dtype: dtypes, expanded: false, minLength: 0 }).chain((x) => {
    const source = fc
      .tuple(...x.shape.map((length) => fc.constantFrom(length, 1)))
      .chain((shape) =>
        fc.nat(x.rank).chain((missing) => tensors({ shape: shape.slice(missing), dtype: dtypes })),
      )
    return fc.tuple(fc.constant(x), source)
  })
  fc.assert(
    fc.property(cases, ([x, source]) => {
      const storage = [...x.storage.data]
      const at = (index: number[]) => {
        const value = read(source, index)
        return x.dtype === 'int32' ? Math.trunc(value) : value
      }
      expect(x.assign(source)).toBe(x)
      expectTensor(x, { shape: x.shape, dtype: x.dtype, at })
      expect(x.fill(1)).toBe(x)
      expectTensor(x, { shape: x.shape, dtype: x.dtype, at: () => 1 })
      const changed = [...x.storage.data].filter((element, i) => !Object.is(element, storage[i]))
      expect(changed.length).toBeLessThanOrEqual(x.size)
    }),
  )
})

describe('a change', () => {
  test('is seen by every view, and counted once by the storage that they share', () => {
    const x = tensor([[1, 2, 3], [4, 5, 6]]) // biome-ignore format: a matrix
    const views = [transpose(x), flip(x), slice(x, 1), expand(x, [2, 2, 3])]
    const versions = () => [x, ...views].map((view) => view.storage.version)
    expect(versions()).toEqual([0, 0, 0, 0, 0])
    x.set([1, 0], 40)
    expect(versions()).toEqual([1, 1, 1, 1, 1])
    expect(views.map((view) => view.toArray())).toEqual([
      [[1, 40], [2, 5], [3, 6]],
      [[6, 5, 40], [3, 2, 1]],
      [40, 5, 6],
      [[[1, 2, 3], [40, 5, 6]], [[1, 2, 3], [40, 5, 6]]],
    ]) // biome-ignore format: matrices
    views[2].fill(0)
    expect(versions()).toEqual([2, 2, 2, 2, 2])
    views[0].assign(tensor([7, 8]))
    expect(versions()).toEqual([3, 3, 3, 3, 3])
    expect(x.toArray()).toEqual([[7, 7, 7], [8, 8, 8]]) // biome-ignore format: a matrix
  })

  test('does not reach a copy', () => {
    const x = tensor([1, 2])
    const y = x.copy()
    x.fill(0)
    expect(y.toArray()).toEqual([1, 2])
    expect(y.storage.version).toBe(0)
  })

  test('that is refused changes nothing', () => {
    const x = zeros([2], { dtype: 'int32' })
    expect(() => x.set([0], 0.5)).toThrow('set: 0.5 is not an int32')
    expect(() => x.fill(2 ** 31)).toThrow('fill: 2147483648 is not an int32')
    expect(() => x.assign(tensor([1, Number.NaN]))).toThrow('assign: NaN cannot be converted to int32')
    expect(() => x.assign(zeros([3]))).toThrow('assign: shapes do not broadcast: [3] and [2]')
    expect(() => x.assign(zeros([2, 2]))).toThrow('assign: [2, 2] does not broadcast to [2]')
    expect(() => x.set([2], 0)).toThrow('set: index [2] is out of range for shape [2]')
    expect(() => expand(x, [3, 2]).fill(1)).toThrow('assign: the target [3, 2] repeats its elements')
    expect(x.toArray()).toEqual([0, 0])
    expect(x.storage.version).toBe(0)
  })
})

describe('assign from a tensor over the same memory reads all of it first', () => {
  test.each<[what: string, source: (x: Tensor) => Tensor, expected: number[]]>([
    ['itself reversed', (x) => flip(x), [4, 3, 2, 1, 0]],
    ['itself moved up', (x) => slice(x, [0, 4]), [0, 0, 1, 2, 3]],
    ['itself moved down', (x) => slice(x, [1, 5]), [1, 2, 3, 4, 4]],
    ['one of its elements', (x) => slice(x, [2, 3]), [2, 2, 2, 2, 2]],
  ])('%s', (_, source, expected) => {
    const x = tensor([0, 1, 2, 3, 4])
    const from = source(x)
    // As long as the source, at the end of x where it was taken from the start, and the other way round.
    const target = from.size === 4 ? slice(x, from.offset === 0 ? [1, 5] : [0, 4]) : x
    target.assign(from)
    expect(x.toArray()).toEqual(expected)
  })

  test('its own transpose', () => {
    const x = tensor([[1, 2], [3, 4]]) // biome-ignore format: a matrix
    expect(x.assign(transpose(x)).toArray()).toEqual([[1, 3], [2, 4]]) // biome-ignore format: a matrix
  })

  test('another storage over one buffer', () => {
    const x = tensor([0, 1, 2, 3])
    const { data } = x.storage
    const shifted = TensorClass.from(data.subarray(0, 3), [3])
    slice(x, [1, 4]).assign(shifted)
    expect(x.toArray()).toEqual([0, 0, 1, 2])
  })
})

test('what the values of a tensor become is what the same assignment one by one would make them', () => {
  fc.assert(
    fc.property(writable, (x) => {
      const reversed = flip(x)
      const want = [...ndindex(x.shape)].map((index) => reversed.get(...index))
      x.assign(reversed)
      expect([...ndindex(x.shape)].map((index) => x.get(...index))).toEqual(want)
    }),
  )
})
