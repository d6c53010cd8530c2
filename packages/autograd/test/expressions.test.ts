import * as F from '@unroll/autograd'
import { checkGradients, expressions } from '@unroll/autograd/testing'
import { tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { opCases } from './op-cases/index.js'

describe('random expressions', () => {
  test('have right gradients, to first and second order', () => {
    checkGradients(expressions(), { seed: 1, numRuns: 600 })
  })

  test('use every op that has a gradient', () => {
    const drawn = fc.sample(expressions(), { seed: 2, numRuns: 1500 })
    const used = new Set(drawn.flatMap(({ ops }) => ops))
    expect([...used].sort()).toEqual(Object.keys(opCases).sort())
  })

  test('are what their code says', () => {
    const same = fc.property(expressions(), ({ f, inputs, code }) => {
      const names = Object.keys(F.ops)
      const ops = Object.values(F.ops)
      const written = new Function('tensor', ...names, `return ${code}`)(tensor, ...ops)
      const leaves = inputs.map((x) => F.variable(x))
      expect(written(...leaves).toArray()).toEqual(f(...leaves).toArray())
    })
    fc.assert(same, { seed: 3, numRuns: 200 })
  })

  test('are shown as code that can be pasted into a test', () => {
    const [expression] = fc.sample(expressions({ maxLeaves: 1, maxSteps: 3 }), { seed: 7, numRuns: 1 })
    expect(fc.stringify(expression)).toMatchInlineSnapshot(`
      "const x0 = tensor([[0.2080078125,-0.29296875,-0.0068359375],[0.2080078125,-0.29296875,-0.0068359375],[0.2080078125,-0.29296875,-0.0068359375]], { dtype: 'float64' }) // strides [0, -2]
      (x0) => {
        const v0 = log1p(x0)
        const v1 = neg(v0)
        return matmul(v1, v0)
      }"
    `)
  })
})

test('checkGradients shows the smallest counterexample that it finds', () => {
  const wrong = F.defineUnary(
    'wrong',
    (x) => x.square(),
    F.rule(['x'], (dy, { x }) => dy.mul(x)),
  )
  const cases = expressions().map(({ f, inputs }) => ({
    f: (...x: F.Variable[]) => wrong(f(...x)),
    inputs,
  }))
  expect(() => checkGradients(cases, { seed: 1 })).toThrow('Counterexample')
})
