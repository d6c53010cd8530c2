import { Random, reference, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { wasm } from '../../src/kernels/wasm/index.js'
import { expectAlike } from './twins.js'

const rng = new Random(6)
const large: readonly [string, Tensor][] = [
  ['many rows', rng.normal([3001, 13])],
  ['rows longer than a chunk', rng.normal([2, 17_001])],
  ['columns', rng.normal([65, 401]).transpose()],
]

describe.each([
  // What is subtracted from x, so that nothing overflows, rounds the exponent: by |x| · 2⁻²⁴ at most.
  ['softmax', { relative: 4e-7 * 8, absolute: 0 }],
  ['logSoftmax', { relative: 3e-7, absolute: 1e-7 }],
  ['cumsum', { relative: 0 }],
  ['argmax', { relative: 0 }],
  ['argmin', { relative: 0 }],
] as const)('%s', (name, tolerance) => {
  test('is written for WebAssembly', () => expect(wasm[name]).not.toBe(reference[name]))

  test.each(large)('goes over %s a chunk at a time', (_, x) => {
    expectAlike(wasm[name](x), reference[name](x), tolerance)
  })

  test('leaves other dtypes to its twin, and nothing as it is', () => {
    const x = tensor([1, 2, 3], { dtype: 'float64' })
    expectAlike(wasm[name](x), reference[name](x))
    const none = rng.normal([0, 3])
    expect(wasm[name](none)).toHaveLength(0)
  })
})

test('softmax of a row of 100,000 sums to 1', () => {
  const y = Float64Array.from(wasm.softmax(rng.normal([100_000])))
  expect(Math.abs(y.reduce((total, p) => total + p, 0) - 1)).toBeLessThan(1e-6)
})

test('logSoftmax and the loss keep their digits next to 0', () => {
  const x = tensor([[0, -17, -18]])
  const want = -Math.log1p(Math.exp(-17) + Math.exp(-18))
  expect(wasm.logSoftmax(x)[0] / want).toBeCloseTo(1, 5)
  const { losses, gradient } = wasm.crossEntropy(x, tensor(Int32Array.of(0)), true, 1)
  expect(losses[0] / want).toBeCloseTo(-1, 5)
  expect((gradient?.[0] ?? 0) / want).toBeCloseTo(1, 5)
})
