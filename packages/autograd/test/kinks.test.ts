import * as F from '@unroll/autograd'
import { describe, expect, test } from 'vitest'

/** Σf and its first derivatives, by the elements of x. */
function slope(f: (x: F.Variable) => F.Variable, x: number[]): number[] {
  return valuesOf(F.grad((v: F.Variable) => f(v).sum())(leaf(x)))
}

/** The second derivatives of Σf: row i is the derivative of ∂f/∂xᵢ. */
function hessian(f: (x: F.Variable) => F.Variable, x: number[]): number[][] {
  const gradient = F.grad((v: F.Variable) => f(v).sum())
  return x.map((_, i) => valuesOf(F.grad((v: F.Variable) => gradient(v).slice(i))(leaf(x))))
}

function valuesOf(x: F.Variable): number[] {
  return Array.from(x.data, (value) => value + 0) // −0 is 0 here
}

function leaf(x: number[]): F.Variable {
  return F.variable(x, { dtype: 'float64' })
}

describe('at kinks, the conventions of PyTorch:', () => {
  test('relu has gradient 0 at 0', () => {
    expect(slope(F.relu, [-1, 0, 2])).toEqual([0, 0, 1])
  })

  test('abs and sign have gradient 0 at 0', () => {
    expect(slope(F.abs, [-3, 0, 2])).toEqual([-1, 0, 1])
    expect(slope(F.sign, [-3, 0, 2])).toEqual([0, 0, 0])
  })

  test('leakyRelu and elu have at 0 the gradient of their left', () => {
    expect(slope((x) => F.leakyRelu(x, 0.1), [-1, 0, 1])).toEqual([0.1, 0.1, 1])
    expect(slope((x) => F.elu(x, 0.5), [0, 1])).toEqual([0.5, 1])
  })

  test('clamp lets gradients through on its bounds', () => {
    expect(slope((x) => F.clamp(x, -1, 2), [-1.5, -1, 0, 2, 2.5])).toEqual([0, 1, 1, 1, 0])
  })

  test.each([
    ['maximum', F.maximum, [0.5, 1, 0], [0.5, 0, 1]],
    ['minimum', F.minimum, [0.5, 0, 1], [0.5, 1, 0]],
  ])('equals share the gradient of %s in halves', (_, f, da, db) => {
    const [a, b] = [leaf([1, 5, 2]), leaf([1, 3, 4])]
    const [ga, gb] = F.grad(([x, y]: F.Variable[]) => f(x, y).sum())([a, b])
    expect([valuesOf(ga), valuesOf(gb)]).toEqual([da, db])
    expect(slope((x) => f(x, x), [3, 4])).toEqual([1, 1])
  })

  test.each([
    ['max', F.max, [3, 1, 3, 3]],
    ['min', F.min, [1, 2, 1, 1]],
  ])('equals share the gradient of %s evenly', (_, f, x) => {
    const third = 1 / 3
    expect(slope((v) => f(v), x)).toEqual([third, 0, third, third])
    expect(slope((v) => f(v.reshape([2, 2]), 1), x)).toEqual([1, 0, 0.5, 0.5])
    expect(
      hessian((v) => f(v), x)
        .flat()
        .every((d) => d === 0),
    ).toBe(true)
  })
})

describe('powers of 0', () => {
  test.each([
    [0, 0, 0],
    [1, 1, 0],
    [2, 0, 2],
    [3, 0, 0],
    [0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ])('0 to the %d has slope %d and curvature %d', (exponent, first, second) => {
    const f = (x: F.Variable) => F.pow(x, exponent)
    expect(slope(f, [0])).toEqual([first])
    expect(hessian(f, [0])).toEqual([[second]])
  })

  test('by the exponent, the slope of 0ᵇ is 0 for b ≥ 0', () => {
    expect(slope((b) => F.pow(0, b), [0, 0.5, 2])).toEqual([0, 0, 0])
  })

  test('negative bases have whole powers', () => {
    expect(slope((x) => F.pow(x, 3), [-2])).toEqual([12])
    expect(hessian((x) => F.pow(x, 3), [-2])).toEqual([[-12]])
  })
})

describe('a product with zeros among its factors', () => {
  test('one zero', () => {
    expect(slope((x) => F.prod(x), [2, 0, 3])).toEqual([0, 6, 0])
    expect(hessian((x) => F.prod(x), [2, 0, 3])).toEqual([
      [0, 3, 0],
      [3, 0, 2],
      [0, 2, 0],
    ])
  })

  test('two zeros', () => {
    expect(slope((x) => F.prod(x), [0, 5, 0])).toEqual([0, 0, 0])
    expect(hessian((x) => F.prod(x), [0, 5, 0])).toEqual([
      [0, 0, 5],
      [0, 0, 0],
      [5, 0, 0],
    ])
  })

  test('many factors', () => {
    const x = Array.from({ length: 10_001 }, (_, i) => (i === 777 ? 0 : 1))
    const gradient = slope((v) => F.prod(v), x)
    expect([gradient[777], gradient.reduce((a, b) => a + b)]).toEqual([1, 1])
  })

  test('three zeros', () => {
    expect(hessian((x) => F.prod(x), [0, 0, 0]).flat()).toEqual(new Array(9).fill(0))
  })
})

test('std of equal values has gradient 0, and so has its gradient', () => {
  expect(slope((x) => F.std(x), [4, 4, 4])).toEqual([0, 0, 0])
  expect(hessian((x) => F.std(x), [4, 4, 4]).flat()).toEqual(new Array(9).fill(0))
})

describe('−∞, as masks use it, has no share and no gradient:', () => {
  const masked = [Number.NEGATIVE_INFINITY, 0, Number.NEGATIVE_INFINITY]
  const zeros = new Array(9).fill(0)

  test('logSumExp', () => {
    expect(slope((x) => F.logSumExp(x), masked)).toEqual([0, 1, 0])
    expect(hessian((x) => F.logSumExp(x), masked).flat()).toEqual(zeros)
  })

  test('logSumExp of nothing else', () => {
    const nothing = masked.map(() => Number.NEGATIVE_INFINITY)
    expect(slope((x) => F.logSumExp(x), nothing)).toEqual([0, 0, 0])
    expect(hessian((x) => F.logSumExp(x), nothing).flat()).toEqual(zeros)
  })

  test('softmax', () => {
    expect(slope((x) => F.softmax(x).slice(1), masked)).toEqual([0, 0, 0])
    expect(hessian((x) => F.softmax(x).slice(1), masked).flat()).toEqual(zeros)
  })

  test('logSoftmax', () => {
    expect(slope((x) => F.logSoftmax(x).slice(1), masked)).toEqual([0, 0, 0])
    expect(hessian((x) => F.logSoftmax(x).slice(1), masked).flat()).toEqual(zeros)
  })
})

describe('far out, derivatives reach their limits and nothing is NaN:', () => {
  const far = [-1e30, -1e4, -100, 100, 1e4, 1e30]
  const step = [0, 0, 0, 1, 1, 1]
  const flat = far.map(() => 0)

  const functions: [string, (x: F.Variable) => F.Variable, number[]][] = [
    ['tanh', F.tanh, flat],
    ['sigmoid', F.sigmoid, flat],
    ['erf', F.erf, flat],
    ['softplus', F.softplus, step],
    ['silu', F.silu, step],
    ['gelu', (x) => F.gelu(x), step],
    ['gelu by tanh', (x) => F.gelu(x, 'tanh'), step],
    ['elu', (x) => F.elu(x), step],
    ['relu', F.relu, step],
    ['softmax', (x) => F.softmax(F.stack([x, x.mul(0)]), 0), flat],
    [
      'logSoftmax',
      (x) =>
        F.logSoftmax(F.stack([x, x.mul(0)]), 0)
          .slice(1)
          .neg(),
      step,
    ],
    ['logSumExp', (x) => F.logSumExp(F.stack([x, x.mul(0)]), 0), step],
  ]

  describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
    test.each(functions)('%s', (_, f, limits) => {
      const x = F.variable(far, { dtype })
      const first = F.grad((v: F.Variable) => f(v).sum())
      const second = F.grad((v: F.Variable) => first(v).sum())
      first(x).data.forEach((d: number, i: number) => expect(d).toBeCloseTo(limits[i], 12))
      second(x).data.forEach((d: number) => expect(d).toBeCloseTo(0, 12))
    })
  })
})
