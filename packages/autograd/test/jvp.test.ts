import { fused, grad, jvp, noGrad, parameter, type Variable, variable, vjp } from '@unroll/autograd'
import { checkGradients, expressions } from '@unroll/autograd/testing'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const draw = (rng: Random, like: readonly { shape: readonly number[] }[]) =>
  like.map(({ shape }) => rng.normal(shape, 0, 1, { dtype: 'float64' }))

const dot = (a: readonly Tensor[], b: readonly Tensor[]) =>
  a.reduce((total, x, i) => total + x.mul(b[i]).sum().item(), 0)

describe('jvp', () => {
  test('gives the value, and the derivative in a direction', () => {
    const [x, w] = [
      variable([
        [1, 2],
        [3, 4],
      ]),
      variable([1, -1]),
    ]
    const [y, dy] = jvp((x: Variable, w: Variable) => x.matmul(w), [x, w], [1, tensor([1, 0])])
    expect(y.toArray()).toEqual([-1, -1])
    expect(dy.toArray()).toEqual([0 + 1, 0 + 3])
    expect([y.requiresGrad, dy.requiresGrad]).toEqual([false, false])
  })

  test('agrees with central differences', () => {
    const close = fc.property(expressions(), fc.nat(), ({ f, inputs }, seed) => {
      const v = draw(new Random(seed), inputs)
      const [, dy] = jvp(
        (...x: Variable[]) => f(...x),
        inputs.map((x) => variable(x)),
        v,
      )
      const at = (eps: number) => f(...inputs.map((x, i) => variable(x.add(v[i].mul(eps))))).value
      const numeric = at(1e-5).sub(at(-1e-5)).div(2e-5)
      for (let i = 0; i < numeric.size; i++)
        expect(Math.abs(dy.data[i] - numeric.data[i])).toBeLessThanOrEqual(
          1e-5 + 1e-4 * Math.abs(numeric.data[i]),
        )
    })
    fc.assert(close, { seed: 31, numRuns: 150 })
  })

  test('and vjp are each other’s transpose: uᵀ (J v) = (uᵀ J) v', () => {
    const equal = fc.property(expressions(), fc.nat(), ({ f, inputs }, seed) => {
      const rng = new Random(seed)
      const x = inputs.map((value) => variable(value))
      const v = draw(rng, inputs)
      const [, dy] = jvp((...x: Variable[]) => f(...x), x, v)
      const [u] = draw(rng, [dy])
      const [, pull] = vjp((...x: Variable[]) => f(...x), x)
      const [one, other] = [
        dot([u], [dy.value]),
        dot(
          pull(u).map((dx) => dx.value),
          v,
        ),
      ]
      expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(one)))
    })
    fc.assert(equal, { seed: 32, numRuns: 150 })
  })

  test('can be differentiated, by the primals and by the tangents', () => {
    const cases = expressions({ maxLeaves: 1, maxSteps: 4 }).map(({ f, inputs: [x] }) => ({
      f: (x: Variable, v: Variable) => {
        const [y, dy] = jvp((x: Variable) => f(x), [x], [v])
        return y.add(dy)
      },
      inputs: [x, x.mul(0.5).add(0.1)],
    }))
    checkGradients(cases, { seed: 33, numRuns: 25 }, { rtol: 1e-3, atol: 1e-4 })
  })

  test('of jvp is the second derivative in a direction', () => {
    const first = (x: Variable) => jvp((x: Variable) => x.pow(3), [x], [1])[1]
    const [d1, d2] = jvp(first, [variable([1, 2])], [1])
    expect([d1.toArray(), d2.toArray()]).toEqual([
      [3, 12],
      [6, 12],
    ])
    const [, d3] = jvp((x: Variable) => jvp(first, [x], [1])[1], [variable([1, 2])], [1])
    expect(d3.toArray()).toEqual([6, 6])
  })

  test('of grad, and grad of jvp, are the Hessian times a vector', () => {
    const f = (x: Variable) => x.pow(3).sum().mul(x.sum())
    const [x, v] = [variable([1, 2], { dtype: 'float64' }), tensor([1, -1], { dtype: 'float64' })]
    const forwardOverReverse = jvp(grad(f), [x], [v])[1]
    const reverseOverForward = grad((x: Variable) => jvp(f, [x], [v])[1])(x)
    expect(forwardOverReverse.toArray()).toEqual(reverseOverForward.toArray())
    // H = 6 Σx diag(x) + 3 (x² 1ᵀ + 1 x²ᵀ) = [[24, 15], [15, 60]]
    expect(forwardOverReverse.toArray()).toEqual([24 - 15, 15 - 60])
  })

  test('is on the tape where an outer gradient may want it, and else not', () => {
    const w = parameter(2)
    const f = (x: Variable) => x.mul(w).square()
    const [, dy] = jvp(f, [variable(3)], [1]) // 2 w² x
    dy.backward()
    expect(w.grad?.item()).toBe(24)
    expect(noGrad(() => jvp(f, [variable(3)], [1])).map((y) => y.requiresGrad)).toEqual([false, false])
    expect(noGrad(() => jvp(f, [variable(3)], [1]))[1].item()).toBe(24)
  })

  test('goes through a fused op by its composed form', () => {
    const cube = (x: Variable): Variable =>
      fused(
        'cube',
        [x],
        () => ({
          outputs: [x.value.pow(3)],
          backward: ([dy]) => (dy ? [x.value.square().mul(3).mul(dy)] : []),
        }),
        (x) => [x.pow(3)],
      )[0]
    expect(jvp(cube, [variable([1, 2])], [tensor([1, 10])])[1].toArray()).toEqual([3, 120])
  })

  test('takes and gives trees, also of what does not depend on the primals', () => {
    const f = ({ w, b }: { w: Variable; b: Variable }) => ({ a: w.mul(b), rest: [w.exp(), variable([7, 7])] })
    const [y, dy] = jvp(f, [{ w: variable([0, 0]), b: variable(3) }], [{ w: tensor([1, 2]), b: 5 }])
    expect([y.a.toArray(), dy.a.toArray()]).toEqual([
      [0, 0],
      [3, 6],
    ])
    expect(dy.rest.map((d) => d.toArray())).toEqual([
      [1, 2],
      [0, 0],
    ])
    expect(jvp((_: Variable) => variable(1), [variable(2)], [1])[1].item()).toBe(0)
  })

  test('refuses tangents that do not fit', () => {
    const f = (x: Variable, { w }: { w: Variable }) => x.mul(w)
    const primals = [variable([1, 2]), { w: variable(3) }] as const
    expect(() => jvp(f, [...primals], [1, { w: tensor([1, 2]) }])).toThrow(
      'jvp: tangents[1].w must have the shape and dtype [] float32, got [2] float32',
    )
    expect(() => jvp(f, [...primals], [1] as never)).toThrow('jvp: tangents must have the form [2], got [1]')
    expect(() => jvp(f, [...primals], [1, {}] as never)).toThrow(
      'jvp: tangents[1] must have the form { w }, got {  }',
    )
    const ints = variable([1, 2], { dtype: 'int32' })
    expect(() => jvp((x: Variable) => x, [ints], [1])).toThrow('jvp: only floats have gradients')
  })
})
