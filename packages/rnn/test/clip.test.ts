import { parameter, type Variable, variable } from '@unroll/autograd'
import { clipGradNorm, clipGradValue } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'

const gradients = fc.array(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 }), {
  minLength: 1,
  maxLength: 4,
})

describe('clipGradNorm', () => {
  test('gives the norm over all gradients, and scales them to at most maxNorm', () =>
    fc.assert(
      fc.property(gradients, fc.double({ min: 0, max: 2e3, noNaN: true }), (lists, maxNorm) => {
        const parameters = lists.map((list) => withGrad(tensor(list, { dtype: 'float64' })))
        const norm = clipGradNorm(parameters, maxNorm)
        expect(norm).toBeCloseTo(Math.hypot(...lists.flat()), 8)
        const scale = Math.min(1, maxNorm / (norm + 1e-6))
        expect(valuesOf(parameters)).toEqual(
          lists.map((list) => list.map((g) => (scale < 1 ? g * scale : g))),
        )
      }),
      examples(100),
    ))

  test('leaves gradients alone whose norm is small enough', () => {
    const p = withGrad([3, 4])
    const { grad } = p
    expect(clipGradNorm([p], 5.01)).toBe(5)
    expect(p.grad).toBe(grad)
    expect(clipGradNorm([p], Number.POSITIVE_INFINITY)).toBe(5)
    expect(p.grad).toBe(grad)
  })

  test('does not overflow, nor underflow', () => {
    const [large, small] = [withGrad([3e30, -4e30]), withGrad([3e-30, 4e-30])]
    expect(clipGradNorm([large], 1) / 5e30).toBeCloseTo(1, 6)
    expect(valuesOf([large])).toEqual([[expect.closeTo(0.6, 6), expect.closeTo(-0.8, 6)]])
    expect(clipGradNorm([small], 1) / 5e-30).toBeCloseTo(1, 6)
    expect(valuesOf([small])).toEqual([[Math.fround(3e-30), Math.fround(4e-30)]])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'gives back a norm that is not finite (from %d), and changes nothing',
    (bad) => {
      const parameters = [withGrad([1e6, bad]), withGrad([1e6])]
      expect(clipGradNorm(parameters, 1)).toBe(Math.abs(bad))
      expect(valuesOf(parameters)).toEqual([[1e6, bad], [1e6]])
      expect(() => clipGradNorm(parameters, 1, { errorIfNonfinite: true })).toThrow(
        new RegExp(`^clipGradNorm: the norm of the gradients is ${Math.abs(bad)}$`),
      )
      expect(valuesOf(parameters)).toEqual([[1e6, bad], [1e6]])
    },
  )

  test('makes zeros of all gradients when maxNorm is 0', () => {
    const p = withGrad([3, 4])
    expect(clipGradNorm([p], 0)).toBe(5)
    expect(valuesOf([p])).toEqual([[0, 0]])
  })

  test('takes no parameters, and parameters without gradients', () => {
    expect(clipGradNorm([], 1)).toBe(0)
    const [without, p] = [parameter([1]), withGrad([2])]
    expect(clipGradNorm([without, p], 1)).toBe(2)
    expect(without.grad).toBeUndefined()
  })

  test('scales a gradient that is shared, and one named twice, once', () => {
    const shared = variable([3])
    const [a, b] = [parameter([0]), parameter([0])]
    a.grad = b.grad = shared
    expect(clipGradNorm([a, b], 1)).toBeCloseTo(Math.sqrt(18), 12)
    for (const p of [a, b]) expect(p.grad?.item()).toBeCloseTo(Math.SQRT1_2, 6)
    expect(shared.item()).toBe(3)

    const p = withGrad([3])
    expect(clipGradNorm([p, p], 1)).toBe(3)
    expect(p.grad?.item()).toBeCloseTo(1, 6)
  })

  test('scales the gradients that backward shares out', () => {
    const [a, b] = [parameter([1, 2]), parameter([3, 4])]
    a.add(b).sum().backward()
    expect(clipGradNorm([a, b], 1)).toBe(2)
    expect(valuesOf([a, b]).flat()).toEqual(Array(4).fill(expect.closeTo(0.5, 6)))
  })

  test('takes any iterable', () => {
    expect(clipGradNorm(new Set([withGrad([3]), withGrad([4])]).values(), 10)).toBe(5)
  })
})

describe('clipGradValue', () => {
  test('holds every element within ±clipValue', () =>
    fc.assert(
      fc.property(gradients, fc.double({ min: 0, max: 1e3, noNaN: true }), (lists, most) => {
        const parameters = lists.map((list) => withGrad(tensor(list, { dtype: 'float64' })))
        clipGradValue(parameters, most)
        expect(valuesOf(parameters)).toEqual(
          lists.map((list) => list.map((g) => expect.closeTo(Math.max(-most, Math.min(most, g)), 12))),
        )
      }),
      examples(50),
    ))

  test('replaces gradients, and passes over parameters without', () => {
    const shared = variable([3, -3, 0.5])
    const [a, b, without] = [parameter([0, 0, 0]), parameter([0, 0, 0]), parameter([0])]
    a.grad = b.grad = shared
    clipGradValue([a, b, without], 1)
    expect(valuesOf([a, b])).toEqual(Array(2).fill([1, -1, 0.5]))
    expect(shared.toArray()).toEqual([3, -3, 0.5])
    expect(without.grad).toBeUndefined()
  })

  test('holds an infinite element, and leaves NaN for what it is', () => {
    const p = withGrad([Number.POSITIVE_INFINITY, Number.NaN])
    clipGradValue([p], 2)
    expect(valuesOf([p])).toEqual([[2, Number.NaN]])
  })
})

function withGrad(gradient: number[] | Tensor): Variable {
  const g = variable(gradient)
  const p = parameter(new Random(0).normal(g.shape, 0, 1, { dtype: g.dtype }))
  p.grad = g
  return p
}

function valuesOf(parameters: readonly Variable[]): number[][] {
  return parameters.map(({ grad }) => Array.from(grad?.data ?? []))
}
