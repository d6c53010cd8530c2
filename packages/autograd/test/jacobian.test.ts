import {
  grad,
  hessian,
  hvp,
  jacobian,
  jvp,
  noGrad,
  parameter,
  type Variable,
  variable,
  vjp,
} from '@unroll/autograd'
import { checkGradients, expressions } from '@unroll/autograd/testing'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** A random expression of one leaf, and vectors to measure it by. */
const cases = fc.tuple(expressions({ maxLeaves: 1, maxSteps: 5 }), fc.nat())

const normal = (rng: Random, shape: readonly number[]) => rng.normal(shape, 0, 1, { dtype: 'float64' })

/** J · v over all axes of v, and u · J over all axes of u. */
const right = (J: Tensor, v: Tensor) => J.reshape([-1, v.size]).matmul(v.reshape([-1])).data
const left = (u: Tensor, J: Tensor) => u.reshape([-1]).matmul(J.reshape([u.size, -1])).data

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, bound = 1e-9): void {
  expect(actual.length).toBe(expected.length)
  const scale = Math.max(1, ...Array.from(expected, Math.abs))
  for (let i = 0; i < expected.length; i++)
    expect(Math.abs(actual[i] - expected[i])).toBeLessThanOrEqual(bound * scale)
}

describe('jacobian', () => {
  test('has the axes of the result before those of the argument', () => {
    const J = jacobian((x: Variable, w: Variable) => x.matmul(w))(
      variable([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      variable([7, 8]),
    )
    expect(J.shape).toEqual([3, 3, 2])
    expect(J.toArray()).toEqual([
      [
        [7, 8],
        [0, 0],
        [0, 0],
      ],
      [
        [0, 0],
        [7, 8],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 0],
        [7, 8],
      ],
    ])
    expect(J.requiresGrad).toBe(false)
  })

  test('of a scalar function is its gradient, and of a function of a scalar its derivative', () => {
    const x = variable([1, 2])
    const f = (x: Variable) => x.pow(3).sum()
    expect(jacobian(f)(x).toArray()).toEqual(grad(f)(x).toArray())
    expect(jacobian((t: Variable) => t.mul(tensor([2, 3])))(variable(1)).toArray()).toEqual([2, 3])
  })

  test('times a vector is jvp, and a vector times it is vjp', () => {
    const agree = fc.property(cases, ([{ f, inputs }, seed]) => {
      const rng = new Random(seed)
      const x = variable(inputs[0])
      const J = jacobian((x: Variable) => f(x))(x).value
      const v = normal(rng, x.shape)
      const [y, dy] = jvp((x: Variable) => f(x), [x], [v])
      expect(J.shape).toEqual([...y.shape, ...x.shape])
      expectNear(right(J, v), dy.data)
      const u = normal(rng, y.shape)
      expectNear(left(u, J), vjp((x: Variable) => f(x), [x])[1](u)[0].data)
    })
    fc.assert(agree, { seed: 41, numRuns: 100 })
  })

  test('can be differentiated', () => {
    const functions = expressions({ maxLeaves: 1, maxSteps: 3 }).map(({ f, inputs }) => ({
      f: (x: Variable) => jacobian((x: Variable) => f(x))(x).sum(),
      inputs,
    }))
    checkGradients(functions, { seed: 42, numRuns: 10 }, { rtol: 1e-3, atol: 1e-4 })
  })

  test('of trees is a tree of trees', () => {
    const f = ({ w, b }: { w: Variable; b: Variable }) => [w.mul(b), b.square()]
    const [product, square] = jacobian(f)({ w: variable([1, 2]), b: variable(3) })
    expect([product.w.toArray(), product.b.toArray()]).toEqual([
      [
        [3, 0],
        [0, 3],
      ],
      [1, 2],
    ])
    expect([square.w.toArray(), square.b.item()]).toEqual([[0, 0], 6])
  })

  test('of nothing is empty', () => {
    expect(jacobian((x: Variable) => x.slice([0, 0]))(variable([1, 2])).shape).toEqual([0, 2])
    expect(jacobian((x: Variable) => x.sum())(variable([])).shape).toEqual([0])
  })

  test('is on the tape where an outer gradient may want it', () => {
    const w = parameter(3)
    const J = jacobian((x: Variable) => x.square().mul(w))(variable([1, 2]))
    J.sum().backward()
    expect(w.grad?.item()).toBe(6)
    expect(noGrad(() => jacobian((x: Variable) => x.mul(w))(variable(1))).requiresGrad).toBe(false)
  })

  test('refuses ints', () => {
    const ints = variable([1, 2], { dtype: 'int32' })
    expect(() => jacobian((x: Variable) => x)(ints)).toThrow(
      'jacobian: only floats have gradients, got [2] int32',
    )
    expect(() => jacobian((x: Variable) => x.argmax(0))(variable([1, 2]))).toThrow(
      'jacobian: the function must give floats, got [] int32',
    )
  })
})

describe('hessian', () => {
  test('is all second derivatives', () => {
    const f = (x: Variable) =>
      x
        .slice([0, 1])
        .square()
        .mul(x.slice([1, 2]).pow(3))
        .sum()
    // f = a² b³ at (3, 2): 2b³, 6ab², 6a²b
    expect(hessian(f)(variable([3, 2])).toArray()).toEqual([
      [16, 72],
      [72, 108],
    ])
  })

  test('is symmetric, and hvp is its product with a vector', () => {
    const agree = fc.property(cases, ([{ f, inputs }, seed]) => {
      const g = (x: Variable) => f(x).sum()
      const x = variable(inputs[0])
      const H = hessian(g)(x).value
      expect(H.shape).toEqual([...x.shape, ...x.shape])
      const flat = H.reshape([x.size, x.size])
      expectNear(flat.data, flat.transpose().data)
      const v = normal(new Random(seed), x.shape)
      expectNear(right(H, v), hvp(g, x, v).data)
      expectNear(right(H, v), jvp(grad(g), [x], [v])[1].data)
    })
    fc.assert(agree, { seed: 43, numRuns: 80 })
  })

  test('agrees with central differences of the gradient', () => {
    const close = fc.property(cases, ([{ f, inputs }, seed]) => {
      const g = (x: Variable) => f(x).sum()
      const [x] = inputs
      const v = normal(new Random(seed), x.shape)
      const at = (eps: number) => grad(g)(variable(x.add(v.mul(eps)))).value
      expectNear(hvp(g, variable(x), v).data, at(1e-5).sub(at(-1e-5)).div(2e-5).data, 1e-4)
    })
    fc.assert(close, { seed: 44, numRuns: 80 })
  })

  test('of a tree has a block for each pair, and passes other arguments on', () => {
    const f = ({ w, b }: { w: Variable; b: Variable }, s: number) => w.mul(b).sum().square().mul(s)
    const at = { w: variable([1, 2]), b: variable(3) }
    const H = hessian(f)(at, 10)
    expect(H.w.w.toArray()).toEqual([
      [180, 180],
      [180, 180],
    ])
    expect([H.w.b.toArray(), H.b.w.toArray(), H.b.b.item()]).toEqual([[360, 360], [360, 360], 180])
    const product = hvp(f, at, { w: tensor([1, 0]), b: 1 }, 10)
    expect([product.w.toArray(), product.b.item()]).toEqual([[540, 540], 540])
  })

  test('stands within an outer gradient', () => {
    // trace of the Hessian of a x³ summed: 6 a Σ x
    const g = grad((a: Variable) => hessian((x: Variable) => x.pow(3).sum().mul(a))(variable([1, 2])).sum())
    expect(g(variable(5)).item()).toBe(18)
    const w = parameter(2)
    hvp((x: Variable) => x.pow(3).mul(w).sum(), variable([1, 2]), 1)
      .sum()
      .backward()
    expect(w.grad?.item()).toBe(18)
    const third = jacobian(hessian((x: Variable) => x.pow(3).sum()))(variable([1, 2]))
    expect(third.shape).toEqual([2, 2, 2])
    expect(third.sum().item()).toBe(12)
  })

  test('of a linear function is 0', () => {
    expect(hessian((x: Variable) => x.sum())(variable([1, 2])).toArray()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(hvp((x: Variable) => x.sum(), variable([1, 2]), 1).toArray()).toEqual([0, 0])
  })

  test('wants a scalar, floats and a vector that fits', () => {
    const x = variable([1, 2])
    expect(() => hessian((x: Variable) => x)(x)).toThrow('hessian: the function must give a scalar, got [2]')
    expect(() => hvp((x: Variable) => x, x, 1)).toThrow('hvp: the function must give a scalar, got [2]')
    expect(() => hvp((x: Variable) => x.sum(), x, tensor([1, 2, 3]))).toThrow(
      'hvp: v must have the shape and dtype [2] float32, got [3] float32',
    )
    const ints = variable([1, 2], { dtype: 'int32' })
    expect(() => hessian((x: Variable) => x.sum())(ints)).toThrow('hessian: only floats have gradients')
    expect(() => hvp((x: Variable) => x.sum(), ints, 1)).toThrow('hvp: only floats have gradients')
  })
})
