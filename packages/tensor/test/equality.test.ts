import { allClose, arrayEqual, type Tensor, tensor, zeros } from '@unroll/tensor'
import { tensors, tensorsThatBroadcast } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, ndindex, read } from './oracle.js'

const { NaN, POSITIVE_INFINITY: Infinity } = Number
const f64 = (values: number[]) => tensor(values, { dtype: 'float64' })

describe('allClose', () => {
  test('holds when every pair is close', () => {
    const tolerances = fc.record({ rtol: fc.constantFrom(0, 0.5), atol: fc.constantFrom(0, 1, 4) })
    const operands = tensorsThatBroadcast(2, { dtype: dtypes, maxRank: 2, maxLength: 3, minLength: 0 })
    fc.assert(
      fc.property(operands, tolerances, ([a, b], { rtol, atol }) => {
        const shape = a.add(b).shape
        const far = [...ndindex(shape)].filter(
          (index) => Math.abs(read(a, index) - read(b, index)) > atol + rtol * Math.abs(read(b, index)),
        )
        expect(allClose(a, b, { rtol, atol })).toBe(far.length === 0)
      }),
    )
  })

  // numpy.allclose of the same values, NumPy 2.4.6
  test.each<[a: number[], b: number[], close: boolean, closeIfNaNIsNaN: boolean]>([
    [[1], [1 + 1e-5], true, true],
    [[1], [1 + 2.1e-5], false, false],
    [[0], [1e-8], true, true],
    [[0], [1.1e-8], false, false],
    [[NaN], [NaN], false, true],
    [[NaN], [1], false, false],
    [[1], [NaN], false, false],
    [[Infinity], [Infinity], true, true],
    [[-Infinity], [-Infinity], true, true],
    [[Infinity], [-Infinity], false, false],
    [[Infinity], [1e300], false, false],
    [[1e300], [Infinity], false, false],
    [[NaN, 1], [NaN, 2], false, false],
    [[], [], true, true],
  ])('%j and %j: %j', (a, b, close, closeIfNaNIsNaN) => {
    expect(allClose(f64(a), f64(b))).toBe(close)
    expect(allClose(f64(a), f64(b), { equalNaN: true })).toBe(closeIfNaNIsNaN)
  })

  test('is relative to the second operand', () => {
    expect(allClose(f64([1]), f64([2]), { rtol: 0.5, atol: 0 })).toBe(true)
    expect(allClose(f64([2]), f64([1]), { rtol: 0.5, atol: 0 })).toBe(false)
  })

  test('takes numbers', () => {
    expect(allClose(zeros([2, 3]), 0)).toBe(true)
    expect(zeros([2, 3]).allClose(1)).toBe(false)
  })
})

describe('arrayEqual', () => {
  test('holds for the same elements, in whatever layout and dtype', () => {
    fc.assert(
      fc.property(tensors({ dtype: dtypes, minLength: 0 }), (x) => {
        expect(arrayEqual(x, x.copy())).toBe(true)
        expect(arrayEqual(x, x.cast('float64'))).toBe(true)
      }),
    )
  })

  test('fails where one element differs', () => {
    const changed = tensors({ dtype: dtypes }).chain((x) => fc.tuple(fc.constant(x), fc.nat(x.size - 1)))
    fc.assert(
      fc.property(changed, ([x, i]) => {
        const y = x.copy()
        y.storage.data[i] = y.storage.data[i] === 0 ? 1 : 0
        expect(arrayEqual(x, y)).toBe(false)
      }),
    )
  })

  test('fails where shapes differ, though they broadcast', () => {
    expect(arrayEqual(zeros([1, 2]), zeros([2]))).toBe(false)
    expect(arrayEqual(zeros([0]), zeros([0, 1]))).toBe(false)
    expect(arrayEqual(zeros([2]), 0)).toBe(false)
    expect(arrayEqual(zeros([]), 0)).toBe(true)
  })

  test('a NaN equals nothing, −0 equals 0', () => {
    const x: Tensor = tensor([NaN])
    expect(arrayEqual(x, x)).toBe(false)
    expect(arrayEqual(tensor([-0]), tensor([0]))).toBe(true)
  })
})
