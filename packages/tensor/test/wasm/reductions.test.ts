import { Random, reference, type Tensor, tensor, zeros } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasm } from '../../src/kernels/wasm/index.js'
import { expectAlike } from './twins.js'

const names = ['sum', 'prod', 'max', 'min', 'logSumExp'] as const

const rng = new Random(5)

/** Larger than what is copied into linear memory at a time, in one direction or another. */
const large: readonly [string, Tensor, number][] = [
  ['all of a vector', rng.normal([50_001]), 1],
  ['nothing', rng.normal([20_001]), 0],
  ['long rows', rng.normal([3, 17_001]), 1],
  ['many short rows', rng.normal([9001, 3]), 1],
  ['columns', rng.normal([3001, 13]).transpose(), 1],
  ['many columns', rng.normal([5, 17_001]).transpose(), 1],
  ['a middle axis', rng.normal([40, 30, 25]).permute([0, 2, 1]), 1],
  ['a long middle axis', rng.normal([2, 4001, 5]).permute([0, 2, 1]), 1],
  ['the first and the last axis', rng.normal([30, 40, 25]).permute([1, 0, 2]), 2],
  ['the first axes, the kept ones in another order', rng.normal([30, 20, 40]).permute([2, 1, 0]), 1],
  ['a repeated axis', rng.normal([300, 1]).expand([300, 100]), 1],
]

describe.each(names)('%s', (name) => {
  const tolerance = name === 'logSumExp' ? { relative: 3e-7, absolute: 2e-7 } : {}

  test('is written for WebAssembly', () => expect(wasm[name]).not.toBe(reference[name]))

  test.each(large)('over %s, a chunk at a time', (_, x, axes) => {
    expectAlike(wasm[name](x, axes), reference[name](x, axes), tolerance)
  })

  test('leaves other dtypes to its twin', () => {
    for (const dtype of ['int32', 'float64'] as const) {
      const x = tensor([1, 2, 3], { dtype })
      expectAlike(wasm[name](x, 1), reference[name](x, 1))
    }
  })
})

test('a float32 sum of a million terms is good to the last digit', () => {
  const x = new Random(1).uniform([1_000_000], 0, 1)
  const exact = Float64Array.from(x.data).reduce((total, value) => total + value, 0)
  expect(wasm.sum(x, 1)[0]).toBe(Math.fround(exact))
  // In float32, 2²⁴ + 1 is 2²⁴: a running sum would never move on.
  const [one] = wasm.sum(tensor([2 ** 24, ...Array(64).fill(1)]), 1)
  expect(one).toBe(2 ** 24 + 64)
})

test('the sum of squares is taken in float64, of any layout', () => {
  fc.assert(
    fc.property(tensors({ maxRank: 3, maxLength: 9, minLength: 0, nonFinite: true }), (x) =>
      expectAlike(wasm.sumOfSquares(x), reference.sumOfSquares(x), { relative: 1e-14 }),
    ),
    { seed: 20 },
  )
  const x = rng.normal([40_003])
  expect(wasm.sumOfSquares(x)[0] / reference.sumOfSquares(x)[0]).toBeCloseTo(1, 13)
  expect(wasm.sumOfSquares(tensor([3e30, 4e30]))[0] / 2.5e61).toBeCloseTo(1, 6)
  expect(wasm.sumOfSquares(zeros([0]))).toEqual(Float64Array.of(0))
})
