import { parameter, type Variable, variable } from '@unroll/autograd'
import { clipGradAdaptive, clipGradNorm, clipGradNormPerGroup, clipGradValue, SGD } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectNear, figures } from './support/figures.js'
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
        const norm = clipGradNorm(parameters, maxNorm).item()
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
    expect(clipGradNorm([p], 5.01).item()).toBe(5)
    expect(p.grad).toBe(grad)
    expect(clipGradNorm([p], Number.POSITIVE_INFINITY).item()).toBe(5)
    expect(p.grad).toBe(grad)
  })

  test('does not overflow, nor underflow', () => {
    const [large, small] = [withGrad([3e30, -4e30]), withGrad([3e-30, 4e-30])]
    expect(clipGradNorm([large], 1).item() / 5e30).toBeCloseTo(1, 6)
    expect(valuesOf([large])).toEqual([[expect.closeTo(0.6, 6), expect.closeTo(-0.8, 6)]])
    expect(clipGradNorm([small], 1).item() / 5e-30).toBeCloseTo(1, 6)
    expect(valuesOf([small])).toEqual([[Math.fround(3e-30), Math.fround(4e-30)]])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'gives back a norm that is not finite (from %d), and changes nothing',
    (bad) => {
      const parameters = [withGrad([1e6, bad]), withGrad([1e6])]
      expect(clipGradNorm(parameters, 1).item()).toBe(Math.abs(bad))
      expect(valuesOf(parameters)).toEqual([[1e6, bad], [1e6]])
      expect(() => clipGradNorm(parameters, 1, { errorIfNonfinite: true })).toThrow(
        new RegExp(`^clipGradNorm: the norm of the gradients is ${Math.abs(bad)}$`),
      )
      expect(valuesOf(parameters)).toEqual([[1e6, bad], [1e6]])
    },
  )

  test('makes zeros of all gradients when maxNorm is 0', () => {
    const p = withGrad([3, 4])
    expect(clipGradNorm([p], 0).item()).toBe(5)
    expect(valuesOf([p])).toEqual([[0, 0]])
  })

  test('takes no parameters, and parameters without gradients', () => {
    expect(clipGradNorm([], 1).item()).toBe(0)
    const [without, p] = [parameter([1]), withGrad([2])]
    expect(clipGradNorm([without, p], 1).item()).toBe(2)
    expect(without.grad).toBeUndefined()
  })

  test('scales a gradient that is shared, and one named twice, once', () => {
    const shared = variable([3])
    const [a, b] = [parameter([0]), parameter([0])]
    a.grad = b.grad = shared
    expect(clipGradNorm([a, b], 1).item()).toBeCloseTo(Math.sqrt(18), 12)
    for (const p of [a, b]) expect(p.grad?.item()).toBeCloseTo(Math.SQRT1_2, 6)
    expect(shared.item()).toBe(3)

    const p = withGrad([3])
    expect(clipGradNorm([p, p], 1).item()).toBe(3)
    expect(p.grad?.item()).toBeCloseTo(1, 6)
  })

  test('scales the gradients that backward shares out', () => {
    const [a, b] = [parameter([1, 2]), parameter([3, 4])]
    a.add(b).sum().backward()
    expect(clipGradNorm([a, b], 1).item()).toBe(2)
    expect(valuesOf([a, b]).flat()).toEqual(Array(4).fill(expect.closeTo(0.5, 6)))
  })

  test('takes any iterable', () => {
    expect(clipGradNorm(new Set([withGrad([3]), withGrad([4])]).values(), 10).item()).toBe(5)
  })
})

describe('clipGradNorm of any order', () => {
  interface Figure {
    readonly gradients: readonly number[][]
    readonly normType: number | 'Infinity'
    readonly maxNorm: number
    readonly norm: number
    readonly clipped: readonly number[][]
  }

  test.each(figures<Figure>('optim.jsonl', 'clips'))('$normType to $maxNorm, as in PyTorch', (figure) => {
    const parameters = figure.gradients.map((list) => withGrad(tensor(list, { dtype: 'float64' })))
    const norm = clipGradNorm(parameters, figure.maxNorm, { normType: Number(figure.normType) }).item()
    expectNear([norm, ...valuesOf(parameters).flat()], [figure.norm, ...figure.clipped.flat()])
  })

  test('agrees with the sum of powers', () =>
    fc.assert(
      fc.property(gradients, fc.double({ min: 0.5, max: 6, noNaN: true }), (lists, p) => {
        const parameters = lists.map((list) => withGrad(tensor(list, { dtype: 'float64' })))
        const powers = lists.flat().reduce((sum, g) => sum + Math.abs(g) ** p, 0)
        const expected = powers ** (1 / p)
        // Where the powers underflow, this sum knows less.
        fc.pre(powers === 0 ? lists.flat().every((g) => g === 0) : powers > 1e-200)
        const norm = clipGradNorm(parameters, 1, { normType: p }).item()
        expect(Math.abs(norm - expected)).toBeLessThanOrEqual(1e-9 * expected)
      }),
      examples(100),
    ))

  test.each([1, 3, Number.POSITIVE_INFINITY])(
    'does not overflow, and tells what is not finite: %d',
    (normType) => {
      expect(clipGradNorm([withGrad([3e38, 0])], 1, { normType }).item() / 3e38).toBeCloseTo(1, 6)
      expect(clipGradNorm([withGrad([0, 0])], 1, { normType }).item()).toBe(0)
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const p = withGrad([1, bad])
        expect(clipGradNorm([p, withGrad([1])], 1, { normType }).item()).toBe(bad)
        expect(valuesOf([p])).toEqual([[1, bad]])
      }
    },
  )
})

describe('clipGradNormPerGroup', () => {
  test('is clipGradNorm of each group', () =>
    fc.assert(
      fc.property(gradients, gradients, fc.double({ min: 0, max: 2e3, noNaN: true }), (one, two, maxNorm) => {
        const make = () => [one, two].map((lists) => lists.map((list) => withGrad(tensor(list))))
        const [apart, together] = [make(), make()]
        const norms = apart.map((list) => clipGradNorm(list, maxNorm).item())
        expect(clipGradNormPerGroup(together, maxNorm).map((norm) => norm.item())).toEqual(norms)
        expect(together.map(valuesOf)).toEqual(apart.map(valuesOf))
      }),
      examples(50),
    ))

  test('takes the groups of an optimiser, and a norm for each', () => {
    const [p, q] = [withGrad([3, 4]), withGrad([6, 8])]
    const { groups } = new SGD([{ parameters: [p] }, { parameters: [q], lr: 1 }], { lr: 0.1 })
    expect(clipGradNormPerGroup(groups, [100, 1]).map((norm) => norm.item())).toEqual([5, 10])
    expect(valuesOf([p, q])).toEqual([
      [3, 4],
      [expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)],
    ])
  })

  test('clips none when one is not finite and that is an error', () => {
    const [p, q] = [withGrad([3, 4]), withGrad([Number.NaN])]
    expect(() => clipGradNormPerGroup([[p], [q]], 1, { errorIfNonfinite: true })).toThrow(
      /^clipGradNormPerGroup: the norm of the gradients is NaN$/,
    )
    expect(valuesOf([p])).toEqual([[3, 4]])
    expect(clipGradNormPerGroup([[p], [q]], 1).map((norm) => norm.item())).toEqual([5, Number.NaN])
    expect(valuesOf([p])).toEqual([[expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)]])
  })
})

describe('clipGradAdaptive', () => {
  test('holds the gradient of each row to a share of its weights', () =>
    fc.assert(
      fc.property(
        fc.nat(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        (seed, rows, columns) => {
          const rng = new Random(seed)
          const [w, g] = [0, 1].map(() => rng.normal([rows, columns], 0, 1, { dtype: 'float64' }))
          const p = parameter(w)
          p.grad = variable(g)
          clipGradAdaptive([p], { clipFactor: 0.5, eps: 0.2 })
          const clipped = p.grad.value
          for (let row = 0; row < rows; row++) {
            const [weights, before, after] = [w, g, clipped].map((x) => [...x.slice(row).data])
            const most = 0.5 * Math.max(0.2, Math.hypot(...weights))
            const scale = Math.min(1, most / Math.hypot(...before))
            expectNear(
              after,
              before.map((x) => x * scale),
            )
          }
        },
      ),
      examples(50),
    ))

  test('takes a bias, a scalar, and weights of more axes', () => {
    const bias = graded([3, 4], [30, 40])
    const scalar = graded(2, -5)
    const kernel = graded(
      [
        [[3], [4]],
        [[0], [0]],
      ],
      [
        [[0.03], [-0.04]],
        [[6], [8]],
      ],
    )
    clipGradAdaptive([bias, scalar, kernel])
    expect(bias.grad?.toArray()).toEqual([expect.closeTo(0.03, 6), expect.closeTo(0.04, 6)])
    expect(scalar.grad?.item()).toBeCloseTo(-0.02, 6)
    expect([...(kernel.grad?.data ?? [])]).toEqual(
      [0.03, -0.04, 0.6e-5, 0.8e-5].map((x) => expect.closeTo(x, 8)),
    )
  })

  test('leaves gradients as they are that are small, zero or not finite, and does not overflow', () => {
    const small = graded([3, 4], [0.01, 0])
    const zero = graded([[0, 0]], [[0, 0]])
    const broken = graded(
      [
        [1, 1],
        [3, 4],
      ],
      [
        [Number.NaN, 1],
        [Number.POSITIVE_INFINITY, 1],
      ],
    )
    const huge = graded([3, 4], [3e30, -4e30])
    clipGradAdaptive([small, zero, broken, huge, parameter([1])])
    expect(small.grad?.toArray()).toEqual([Math.fround(0.01), 0])
    expect(zero.grad?.toArray()).toEqual([[0, 0]])
    expect(broken.grad?.toArray()).toEqual([
      [Number.NaN, 1],
      [Number.POSITIVE_INFINITY, 1],
    ])
    expect(huge.grad?.toArray()).toEqual([expect.closeTo(0.03, 6), expect.closeTo(-0.04, 6)])
    clipGradAdaptive([zero, huge], { clipFactor: 0 })
    expect(valuesOf([zero, huge])).toEqual([
      [0, 0],
      [0, -0],
    ])
  })

  test('replaces gradients, of the dtype that they have', () => {
    const shared = variable([3])
    const [a, b] = [parameter([1]), parameter(tensor([1], { dtype: 'float64' }))]
    a.grad = b.grad = shared
    clipGradAdaptive([a, b])
    expect(shared.item()).toBe(3)
    expect([a, b].map((p) => [p.grad?.dtype, p.grad?.item()])).toEqual(
      Array(2).fill(['float32', expect.closeTo(0.01, 6)]),
    )
  })

  function graded(weights: Parameters<typeof tensor>[0], gradient: Parameters<typeof tensor>[0]): Variable {
    const p = parameter(tensor(weights))
    p.grad = variable(tensor(gradient))
    return p
  }
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
