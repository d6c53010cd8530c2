import * as F from '@unroll/autograd'
import type { DType, Tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import {
  expectClose,
  type GoldenCase,
  goldenCases,
  load,
  type Tolerance,
} from '../../../test/support/golden.js'
import { opFunctions } from './golden/op.js'
import { scalarFunctions } from './golden/second-order.js'

type Inputs = Record<string, F.Variable>

/** As stored; and in float64, where a tenth of the tolerance must do: the figures were computed in it. */
const precisions: [DType, (tol: Tolerance) => Tolerance][] = [
  ['float32', (tol) => tol],
  ['float64', ({ rtol, atol }) => ({ rtol, atol: atol / 10 })],
]

test('there is a function for every case', () => {
  expect(Object.keys(opFunctions).sort()).toEqual(namesOf('op'))
  expect([...Object.keys(scalarFunctions), derivatives].sort()).toEqual(namesOf('second_order'))
  expect(namesOf('op')).toHaveLength(57)
  expect(namesOf('second_order')).toHaveLength(7)
})

test('what is outside of the tolerance is found', () => {
  const tol = { rtol: 1e-5, atol: 5e-6 }
  const close = (actual: number[], expected: number[]) => () =>
    expectClose(F.variable(actual), F.variable(expected), tol)
  close([1, 1000.01], [1, 1000])()
  expect(close([1, 1000.1], [1, 1000])).toThrow('the result, element 1 of [2]: got 1000.0999')
  expect(close([Number.NaN], [1])).toThrow('element 0')
  expect(close([1, 1], [1])).toThrow('shape of the result')
})

describe.each(precisions)('in %s', (dtype, within) => {
  test.each(Object.entries(opFunctions))('op %s', async (name, f) => {
    const { meta, tensors } = await load(name, dtype)
    const inputs = inputsOf(meta, tensors)
    const outputs = [f(inputs)].flat()

    const tol = within(meta.tol)
    const names = Object.keys(meta.outputs ?? {})
    expect(outputs).toHaveLength(names.length)
    outputs.forEach((y, i) => expectClose(y, tensors[`out.${names[i]}`], tol, names[i]))

    const loss = outputs
      .filter((_, i) => tensors[`w.${names[i]}`])
      .map((y, i) => y.mul(tensors[`w.${names[i]}`]).sum())
      .reduce((total, part) => total.add(part))
    expectClose(loss, tensors['out.loss'], tol, 'the loss')

    loss.backward()
    for (const [input, gradient] of Object.entries(meta.grads ?? {}))
      expectClose(inputs[input.replace('in.', '')].grad as F.Variable, tensors[gradient], tol, gradient)
  })

  test.each(Object.entries(scalarFunctions))('second order %s', async (name, f) => {
    const { meta, tensors } = await load(name, dtype)
    const tol = within(meta.tol)
    const inputs = inputsOf(meta, tensors)
    const keys = Object.keys(meta.vectors ?? {})
    const at = (wanted: Inputs) => f({ ...inputs, ...wanted })
    const wanted = Object.fromEntries(keys.map((key) => [key, inputs[key]]))
    const vectors = Object.fromEntries(keys.map((key) => [key, tensors[`v.${key}`]]))

    const [y, gradient] = F.valueAndGrad(at)(wanted)
    expectClose(y, tensors['out.f'], tol, 'f')
    for (const key of keys) expectClose(gradient[key], tensors[`grad.${key}`], tol, `grad.${key}`)

    const s = keys
      .map((key) => gradient[key].mul(vectors[key]).sum())
      .reduce((total, part) => total.add(part))
    expectClose(s, tensors['out.s'], tol, 's')
    const forward = F.jvp(F.grad(at), [wanted], [vectors])[1]
    const reverse = F.hvp(at, wanted, vectors)
    for (const key of keys) {
      expectClose(reverse[key], tensors[`hvp.${key}`], tol, `hvp.${key}`)
      expectClose(forward[key], tensors[`hvp.${key}`], tol, `hvp.${key} by jvp`)
    }
  })

  test(`second order ${derivatives}`, async () => {
    const { meta, tensors } = await load(derivatives, dtype)
    const functions = { softplus: F.softplus, gelu: (x: F.Variable) => F.gelu(x), sin: F.sin, silu: F.silu }
    expect(Object.keys(functions)).toEqual(meta.functions)
    for (const [name, f] of Object.entries(functions)) {
      let g = (x: F.Variable) => f(x).sum()
      for (const order of ['d1', 'd2', 'd3']) {
        const df = F.grad(g)
        g = (x) => df(x).sum()
        const key = `${order}.${name}`
        expectClose(df(F.variable(tensors['in.x'])), tensors[key], within(meta.tol), key)
      }
    }
  })
})

/** The case that has derivatives of four functions instead of one scalar function. */
const derivatives = 'derivatives_softplus_gelu_sin_silu'

function namesOf(category: 'op' | 'second_order'): string[] {
  return goldenCases(category)
    .map(({ name }) => name)
    .sort()
}

function inputsOf(meta: GoldenCase, tensors: Record<string, Tensor>): Inputs {
  return Object.fromEntries(
    Object.entries(meta.inputs ?? {}).map(([name, key]) => {
      const x = tensors[key]
      return [name, F.variable(x, { requiresGrad: x.dtype !== 'int32' })]
    }),
  )
}
