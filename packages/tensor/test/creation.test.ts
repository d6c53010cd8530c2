import { arange, eye, full, linspace, oneHot, ones, onesLike, tensor, zeros, zerosLike } from '@unroll/tensor'
import { indices, shapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, expectTensor } from './oracle.js'

const anyDType = fc.constantFrom(...dtypes)

describe('tensor', () => {
  test('has the shape of the nesting', () => {
    expect(tensor(3).shape).toEqual([])
    expect(tensor([]).shape).toEqual([0])
    expect(tensor([[], []]).shape).toEqual([2, 0])
    expect(tensor([[1], [2]]).shape).toEqual([2, 1])
    expect(tensor([[[1, 2, 3]]]).shape).toEqual([1, 1, 3])
  })

  test('takes back what toArray gives', () => {
    // Of an empty tensor, nested arrays show the axes up to the empty one only.
    fc.assert(
      fc.property(tensors({ dtype: dtypes, nonFinite: true }), (x) => {
        const y = tensor(x.toArray(), { dtype: x.dtype })
        expectTensor(y, { shape: x.shape, dtype: x.dtype, at: (index) => x.get(...index) })
      }),
    )
  })

  test('is of float32, unless the values or the options say otherwise', () => {
    expect(tensor([1, 2]).dtype).toBe('float32')
    expect(tensor([]).dtype).toBe('float32')
    expect(tensor([true, false]).dtype).toBe('bool')
    expect(tensor(true).dtype).toBe('bool')
    expect(tensor([true, 2])).toMatchObject({ dtype: 'float32', data: Float32Array.of(1, 2) })
    expect(tensor([1, 0], { dtype: 'bool' }).toArray()).toEqual([true, false])
    expect(tensor([true, false], { dtype: 'int32' }).toArray()).toEqual([1, 0])
    expect(tensor([0.1], { dtype: 'float64' }).item()).toBe(0.1)
    expect(tensor([0.1]).item()).toBe(Math.fround(0.1))
  })

  test('copies a typed array, and takes its dtype', () => {
    const data = Float64Array.of(1, 2, 3)
    const x = tensor(data)
    expect(x).toMatchObject({ dtype: 'float64', shape: [3] })
    data[0] = 9
    expect(x.get(0)).toBe(1)
    expect(tensor(Int32Array.of(1)).dtype).toBe('int32')
    expect(tensor(Float32Array.of(1)).dtype).toBe('float32')
    expect(tensor(Uint8Array.of(1, 0)).toArray()).toEqual([true, false])
    expect(tensor(Uint8Array.of(65, 66), { dtype: 'int32' }).toArray()).toEqual([65, 66])
  })

  test('lays flat values out in a shape', () => {
    expect(tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] }).toArray()).toEqual([[1, 2, 3], [4, 5, 6]]) // biome-ignore format: a matrix
    expect(tensor([7], { shape: [] }).item()).toBe(7)
  })
})

test('zeros, ones, full and their likes', () => {
  fc.assert(
    fc.property(shapes({ minLength: 0 }), anyDType, (shape, dtype) => {
      const expected = (value: number) => ({ shape, dtype, at: () => value })
      expectTensor(zeros(shape, { dtype }), expected(0))
      expectTensor(ones(shape, { dtype }), expected(1))
      expectTensor(full(shape, -7, { dtype }), expected(-7))
      const x = full(shape, 5, { dtype })
      expectTensor(zerosLike(x), expected(0))
      expectTensor(onesLike(x), expected(1))
    }),
  )
  expect(zeros([2]).dtype).toBe('float32')
  expect(full([1], Number.NaN).item()).toBeNaN()
})

test('arange goes up to, but without, its stop', () => {
  // numpy.arange of the same arguments, NumPy 2.4.6
  expect(arange(4).toArray()).toEqual([0, 1, 2, 3])
  expect(arange(1, 4).toArray()).toEqual([1, 2, 3])
  expect(arange(0, 1, 0.25).toArray()).toEqual([0, 0.25, 0.5, 0.75])
  expect(arange(5, 0, -2).toArray()).toEqual([5, 3, 1])
  expect(arange(0, 5, 2).toArray()).toEqual([0, 2, 4])
  expect(arange(3, 1).shape).toEqual([0])
  expect(arange(-2).shape).toEqual([0])
  expect(arange(0, 3, 1, { dtype: 'int32' }).data).toEqual(Int32Array.of(0, 1, 2))
})

test('linspace has both ends', () => {
  expect(linspace(0, 1, 5).toArray()).toEqual([0, 0.25, 0.5, 0.75, 1])
  expect(linspace(2, -2, 3).toArray()).toEqual([2, 0, -2])
  expect(linspace(3, 8, 1).toArray()).toEqual([3])
  expect(linspace(3, 8, 0).toArray()).toEqual([])
  // 10¹⁷ + (1 − 10¹⁷) is 0 in float64
  expect(linspace(1e17, 1, 3, { dtype: 'float64' }).get(-1)).toBe(1)
})

test('eye has ones on its diagonal', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.option(fc.nat(5), { nil: undefined }), anyDType, (rows, columns, dtype) => {
      expectTensor(eye(rows, columns, { dtype }), {
        shape: [rows, columns ?? rows],
        dtype,
        at: ([i, j]) => +(i === j),
      })
    }),
  )
})

test('oneHot puts a one where the index is', () => {
  fc.assert(
    fc.property(indices(5, { maxRank: 3, minLength: 0 }), anyDType, (index, dtype) => {
      expectTensor(oneHot(index, 5, { dtype }), {
        shape: [...index.shape, 5],
        dtype,
        at: (at) => +(index.get(...at.slice(0, -1)) === at.at(-1)),
      })
    }),
  )
})
