import { layerNorm, promote, type Tensor, tensor, UnrollError, zeros } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dtypes, expectTensor, group } from './oracle.js'

const total = (values: number[]) => values.reduce((a, b) => a + b, 0)

test('layerNorm has a mean of 0 and a variance of 1 along the last axis, then scales and shifts', () => {
  const operands = tensors({ dtype: dtypes, minRank: 1, maxRank: 3, minLength: 1 }).chain((x) => {
    const row = fc.option(tensors({ dtype: ['float32', 'float64'], shape: x.shape.slice(-1) }), {
      nil: undefined,
    })
    return fc.tuple(fc.constant(x), row, row, fc.constantFrom(0.25, 1))
  })
  fc.assert(
    fc.property(operands, ([x, weight, bias, eps]) => {
      const last = x.rank - 1
      const dtype = [weight, bias].reduce(
        (d, row) => (row ? promote(d, row.dtype) : d),
        promote(x.dtype, 'float32'),
      )
      expectTensor(layerNorm(x, weight, bias, eps), {
        shape: x.shape,
        dtype,
        at: (index) => {
          const row = group(x, [last], index.with(last, 0))
          const mean = total(row) / row.length
          const variance = total(row.map((v) => (v - mean) ** 2)) / row.length
          const normal = (x.get(...index) - mean) / Math.sqrt(variance + eps)
          return normal * (weight?.get(index[last]) ?? 1) + (bias?.get(index[last]) ?? 0)
        },
        tolerance: dtype === 'float64' ? 1e-12 : 1e-6,
        absolute: dtype === 'float64' ? 1e-13 : 3e-6,
      })
    }),
  )
})

test('layerNorm keeps its digits where the mean is large', () => {
  const x = tensor([1e4, 1e4 + 1, 1e4 + 2, 1e4 + 3])
  const want = layerNorm(tensor([-1.5, -0.5, 0.5, 1.5], { dtype: 'float64' }))
  expect(layerNorm(x).allClose(want.cast('float32'), { rtol: 1e-6 })).toBe(true)
})

test.each<[string, () => unknown, RegExp]>([
  ['a scalar', () => layerNorm(tensor(1)), /^layerNorm: nothing to normalise: shape \[\]$/],
  ['empty rows', () => layerNorm(zeros([2, 0])), /^layerNorm: nothing to normalise: shape \[2, 0\]$/],
  [
    'a weight of another length',
    () => layerNorm(zeros([2, 3]), zeros([2])),
    /^layerNorm: weight has shape \[2\], want \[3\]$/,
  ],
  [
    'a bias of another rank',
    () => layerNorm(zeros([2, 3]), undefined, zeros([1, 3])),
    /^layerNorm: bias has shape \[1, 3\], want \[3\]$/,
  ],
])('refuses %s', (_, call, message) => {
  expect(call).toThrow(UnrollError)
  expect(call).toThrow(message)
})

test('nothing to do is no error', () => {
  expect((layerNorm(zeros([0, 3])) as Tensor).shape).toEqual([0, 3])
})
