import { checkGradients } from '@unroll/autograd/testing'
import { LayerNorm } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { examples } from './support/networks.js'
import { packedFunction, packedPoint } from './support/parameters.js'

const f64 = { dtype: 'float64' } as const

describe('LayerNorm', () => {
  const shapes = fc.record({
    lead: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    normalized: fc.array(fc.integer({ min: 2, max: 3 }), { minLength: 1, maxLength: 2 }),
    elementwiseAffine: fc.boolean(),
    bias: fc.boolean(),
    seed: fc.nat(),
  })

  test('is (x − mean) / √(variance + eps) · weight + bias over the last axes', () =>
    fc.assert(
      fc.property(shapes, ({ lead, normalized, elementwiseAffine, bias, seed }) => {
        const rng = new Random(seed)
        const norm = new LayerNorm(normalized, { elementwiseAffine, bias, eps: 0.01, ...f64 })
        for (const p of norm.parameters()) p.value.assign(rng.normal(p.shape, 0, 1, f64))
        const x = rng.normal([...lead, ...normalized], 3, 2, f64)

        const axes = normalized.map((_, i) => -1 - i)
        const deviation = x.sub(x.mean(axes, { keepDims: true }))
        const variance = deviation.square().mean(axes, { keepDims: true })
        let wanted = deviation.div(variance.add(0.01).sqrt())
        if (norm.weight) wanted = wanted.mul(norm.weight.value)
        if (norm.bias) wanted = wanted.add(norm.bias.value)
        expectClose(norm.forward(x), wanted, { rtol: 1e-10, atol: 1e-10 })
      }),
      examples(50),
    ))

  test('has the right gradients of first and second order, by input and parameters', () =>
    checkGradients(
      shapes.map(({ lead, normalized, elementwiseAffine, bias, seed }) => {
        const rng = new Random(seed)
        const norm = new LayerNorm(normalized, { elementwiseAffine, bias, eps: 0.1, ...f64 })
        for (const p of norm.parameters()) p.value.assign(rng.normal(p.shape, 0, 1, f64))
        const x = rng.normal([...lead, ...normalized], 0, 1, f64)
        return {
          f: packedFunction(norm, [x.shape], (x) => [norm.forward(x)]),
          inputs: [packedPoint(norm, [x])],
        }
      }),
      examples(8),
    ))

  test('starts as ones and zeros, under PyTorch’s keys', () => {
    const state = (...args: ConstructorParameters<typeof LayerNorm>) =>
      Object.entries(new LayerNorm(...args).stateDict()).map(([key, value]) => [key, value.toArray()])
    expect(state(2)).toEqual([
      ['weight', [1, 1]],
      ['bias', [0, 0]],
    ])
    expect(state([1, 2], { bias: false })).toEqual([['weight', [[1, 1]]]])
    expect(state(2, { elementwiseAffine: false })).toEqual([])
    expect(new LayerNorm(2, f64).weight?.dtype).toBe('float64')
  })

  test('makes equal features 0, not NaN', () => {
    expect(new LayerNorm(3).forward(tensor([[5, 5, 5]])).toArray()).toEqual([[0, 0, 0]])
  })
})
