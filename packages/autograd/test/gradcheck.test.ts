import * as F from '@unroll/autograd'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

const a = tensor([0.5, -1.5, 2], { dtype: 'float64' })
const b = tensor([[1], [3]], { dtype: 'float64' })

/** sin, with a mistake in its derivative. */
const wrong = F.defineUnary(
  'wrong',
  (x: Tensor) => x.sin(),
  F.rule(['x'], (dy, { x }) => dy.mul(x.cos().add(0.001))),
)

/** sin, with a derivative that is right but cannot be differentiated. */
const wrongLater = F.defineUnary(
  'wrongLater',
  (x: Tensor) => x.sin(),
  F.rule(['x'], (dy, { x }) => dy.mul(x.detach().cos())),
)

/** x², with a mistake for large x alone. */
const wrongSometimes = F.defineUnary(
  'wrongSometimes',
  (x: Tensor) => x.square(),
  F.rule(['x'], (dy, { x }) => dy.mul(x.clamp(-10, 1.5).mul(2))),
)

describe('gradcheck', () => {
  test('passes what is right', () => {
    F.gradcheck((x, y) => x.mul(y).tanh(), [a, b])
    F.gradcheck((x) => x.square().sum(), [F.parameter(a)])
  })

  test('catches a wrong derivative, and says of which input and element', () => {
    expect(() => F.gradcheck(wrong, [a])).toThrow(
      /^gradcheck: the gradient by input 0: \[3\], element 0 \(0\.5\), is .*, the central difference /,
    )
    expect(() => F.gradcheck((x, y) => y.add(wrongSometimes(x)), [a, b])).toThrow(
      'gradcheck: the gradient by input 0: [3], element 2 (2), is',
    )
    expect(() => F.gradcheck((x, y) => x.add(wrongSometimes(y)), [a, b])).toThrow(
      'gradcheck: the gradient by input 1: [2, 1], element 1 (3), is',
    )
  })

  test('catches a gradient that is missing, and one that should not be', () => {
    expect(() => F.gradcheck((x) => x.detach().square(), [a])).toThrow('is 0, the central difference')
    expect(() => F.gradcheck((x) => x.sub(x.detach()), [a])).toThrow('the central difference 0')
  })

  test('catches NaN', () => {
    expect(() => F.gradcheck((x) => x.mul(Number.NaN), [a])).toThrow('is NaN')
  })

  test('takes inputs that are not used, and functions that are constant', () => {
    F.gradcheck((x, _) => x.square(), [a, b])
    F.gradcheck((x) => x.detach().mul(0), [a])
    F.gradcheck(() => F.variable([1, 2], { dtype: 'float64' }), [a])
  })

  test('has tolerances', () => {
    F.gradcheck(wrong, [a], { atol: 0.01 })
    F.gradcheck(wrong, [a.mul(0)], { rtol: 0.01, rng: new Random(4) })
    expect(() => F.gradcheck((x) => x.pow(4), [a], { eps: 0.1 })).toThrow('central difference')
  })

  test('leaves its inputs as they were', () => {
    const x = F.variable(a.copy())
    F.gradcheck((v) => v.square(), [x])
    expect([x.requiresGrad, x.grad, x.toArray(), x.value.storage.version]).toEqual([
      false,
      undefined,
      a.toArray(),
      0,
    ])
  })

  test('works within noGrad', () => {
    F.noGrad(() => F.gradcheck((x) => x.sin(), [a]))
    expect(() => F.noGrad(() => F.gradcheck(wrong, [a]))).toThrow('gradcheck')
  })
})

describe('gradgradcheck', () => {
  test('passes what is right', () => {
    F.gradgradcheck((x, y) => x.mul(y).tanh(), [a, b])
    F.gradgradcheck((x) => x.mul(2), [a])
    F.gradgradcheck((x) => x.detach().mul(0), [a])
  })

  test('catches a second derivative that is wrong where the first is right', () => {
    F.gradcheck(wrongLater, [a])
    expect(() => F.gradgradcheck(wrongLater, [a])).toThrow(
      /^gradgradcheck: the gradient by input 0, by input 0: \[3\], element 0 \(0\.5\), is 0, the central difference /,
    )
    expect(() => F.gradgradcheck((x, y) => x.mul(wrongLater(y)), [a, b])).toThrow(
      'gradgradcheck: the gradient by input 1, by input 1: [2, 1], element 0 (1), is',
    )
  })

  test('catches a derivative that is wrong by dy', () => {
    const constantInDy = F.defineUnary(
      'constantInDy',
      (x: Tensor) => x.mul(2),
      F.rule([], (dy) => dy.detach().mul(2)),
    )
    F.gradcheck(constantInDy, [a])
    expect(() => F.gradgradcheck(constantInDy, [a])).toThrow('the gradient by input 0, by dy: [3], element 0')
  })
})

test.each([
  ['gradcheck', F.gradcheck],
  ['gradgradcheck', F.gradgradcheck],
])('%s refuses what is not float64', (name, check) => {
  const sum = (x: F.Variable, y: F.Variable) => x.add(y)
  expect(() => check(sum, [a, tensor([1, 2, 3])])).toThrow(
    `${name}: wants float64 inputs, input 1 is float32`,
  )
  expect(() => check(sum, [tensor([1, 2, 3], { dtype: 'int32' }), a])).toThrow('input 0 is int32')
})
