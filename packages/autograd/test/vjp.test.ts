import { grad, gradients, noGrad, parameter, type Variable, variable, vjp } from '@unroll/autograd'
import { checkGradients, expressions } from '@unroll/autograd/testing'
import { Random, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const affine = (x: Variable, w: Variable) => x.matmul(w)

describe('vjp', () => {
  test('gives the value, and a function from gradients to gradients', () => {
    const [y, pull] = vjp(affine, [
      variable([
        [1, 2],
        [3, 4],
      ]),
      variable([1, -1]),
    ])
    expect(y.toArray()).toEqual([-1, -1])
    const [dx, dw] = pull(tensor([1, 10]))
    expect(dx.toArray()).toEqual([
      [1, -1],
      [10, -10],
    ])
    expect(dw.toArray()).toEqual([31, 42])
    expect(pull(1)[1].toArray()).toEqual([4, 6]) // as often as one likes
    expect([y, dx, dw].map((v) => v.requiresGrad)).toEqual([false, false, false])
  })

  test('is what gradients gives', () => {
    const same = fc.property(expressions(), fc.nat(), ({ f, inputs }, seed) => {
      const x = inputs.map((value) => parameter(value))
      const y = f(...x)
      const dy = new Random(seed).normal(y.shape, 0, 1, { dtype: 'float64' })
      const wanted = y.requiresGrad ? gradients(y, x, { dy, allowUnused: true }) : []
      const [value, pull] = vjp((...x: Variable[]) => f(...x), x)
      const got = pull(dy)
      expect(value.toArray()).toEqual(y.toArray())
      wanted.forEach((dx, i) => expect(got[i].toArray()).toEqual(dx.toArray()))
    })
    fc.assert(same, { seed: 21, numRuns: 100 })
  })

  test('can be differentiated, by the primals and by dy', () => {
    const cases = expressions({ maxSteps: 4 }).map(({ f, inputs }) => ({
      f: (...all: Variable[]) => {
        const x = all.slice(0, -1)
        const [y, pull] = vjp((...x: Variable[]) => f(...x), x)
        const dxs = pull(all[all.length - 1].sum().add(y))
        return dxs.map((dx) => dx.sum()).reduce((total, part) => total.add(part), y.sum())
      },
      inputs: [...inputs, tensor(0.5, { dtype: 'float64' })],
    }))
    // Third derivatives: coarser steps and bounds.
    checkGradients(cases, { seed: 22, numRuns: 25 }, { rtol: 1e-3, atol: 1e-4 })
  })

  test('takes and gives trees', () => {
    const f = ({ w, b }: { w: Variable; b: Variable[] }, x: Variable) => ({
      sum: w.mul(x).add(b[0]),
      rest: [w.neg(), b[1].exp()],
    })
    const layer = { w: variable([1, 2]), b: [variable(3), variable(0)] }
    const [y, pull] = vjp(f, [layer, variable([10, 20])])
    expect([y.sum.toArray(), y.rest[0].toArray(), y.rest[1].item()]).toEqual([[13, 43], [-1, -2], 1])
    const [dlayer, dx] = pull({ sum: tensor([1, 1]), rest: [tensor([100, 200]), 5] })
    expect(dlayer.w.toArray()).toEqual([10 - 100, 20 - 200])
    expect(dlayer.b.map((db) => db.item())).toEqual([2, 5])
    expect(dx.toArray()).toEqual([1, 2])
  })

  test('of a primal that is not used is 0', () => {
    const w = parameter(2)
    const [, pull] = vjp((_: Variable) => w.square(), [variable([1, 2])])
    expect(pull(1)[0].toArray()).toEqual([0, 0])
    const [, none] = vjp((_: Variable) => variable(1), [variable([1, 2])])
    expect(none(1)[0].toArray()).toEqual([0, 0])
  })

  test('is on the tape where an outer gradient may want it, and else not', () => {
    const w = parameter(3)
    const [y, pull] = vjp((x: Variable) => x.square().mul(w), [variable(2)])
    expect(y.requiresGrad).toBe(true)
    const [dx] = pull(1) // 2 x w
    dx.backward()
    expect(w.grad?.item()).toBe(4)
    expect(noGrad(() => pull(1)[0]).requiresGrad).toBe(false)
    const [, off] = noGrad(() => vjp((x: Variable) => x.mul(w), [variable(2)]))
    expect(off(1)[0].requiresGrad).toBe(false)
    const dy = parameter(1) // linear in dy: it is recorded for this alone
    off(dy)[0].mul(2).backward()
    expect(dy.grad?.item()).toBe(6)
  })

  test('nests in a gradient', () => {
    // d/dx of (pull of x³ at dy = x) = d/dx 3x³ = 9x²
    const g = grad((x: Variable) => vjp((y: Variable) => y.pow(3), [x])[1](x)[0])
    expect(g(variable(2)).item()).toBe(36)
  })

  test('refuses what it cannot differentiate, and a dy that does not fit', () => {
    const ints = variable([1, 2], { dtype: 'int32' })
    expect(() => vjp((x: Variable) => x, [ints])).toThrow('vjp: only floats have gradients, got [2] int32')
    expect(() => vjp((x: Variable) => x.argmax(0), [variable([1, 2])])).toThrow(
      'vjp: the function must give floats, got [] int32',
    )
    expect(() => vjp((() => 3) as never, [])).toThrow('vjp: wants a Variable, or an array')
    expect(() => vjp((x: Variable) => x, variable([1, 2]) as never)).toThrow(
      'vjp: wants its primals in an array, got Variable',
    )
    const [, pull] = vjp((x: Variable) => ({ y: [x] }), [variable([1, 2])])
    expect(() => pull({ y: [tensor([1, 2, 3])] })).toThrow(
      'vjp: dy.y[0] must have the shape and dtype [2] float32, got [3] float32',
    )
    expect(() => pull({ y: [tensor([1, 2], { dtype: 'float64' })] })).toThrow('got [2] float64')
    expect(() => pull({ y: [] })).toThrow('vjp: dy.y must have the form [1], got [0]')
    expect(() => pull([1] as never)).toThrow('vjp: dy must have the form { y }, got an array')
    expect(() => pull({ y: [undefined] } as never)).toThrow('vjp: wants a Variable, a Tensor or a number')
  })
})
