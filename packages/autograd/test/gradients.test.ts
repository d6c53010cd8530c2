import { gradients, parameter, type Variable, variable } from '@unroll/autograd'
import { tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

describe('gradients', () => {
  test('gives d(output)/d(input) and leaves grad alone', () => {
    const [x, w] = [parameter(2), parameter(5)]
    const dx = gradients(x.square().mul(w), [w, x, x])
    expect(dx.map((d) => d.item())).toEqual([4, 20, 20])
    expect([x.grad, w.grad]).toEqual([undefined, undefined])
  })

  test('takes results of ops as inputs, and the output itself', () => {
    const x = parameter(3)
    const h = x.square()
    const y = h.mul(h)
    expect(gradients(y, [h, y, x]).map((d) => d.item())).toEqual([18, 1, 108])
  })

  test('takes one of several results of an op', () => {
    const [a, b] = parameter([2, 3]).split(1)
    expect(gradients(a.mul(b), [b])[0].toArray()).toEqual([2])
  })

  test('starts from dy', () => {
    const x = parameter([1, 2])
    expect(gradients(x.square(), [x], { dy: tensor([1, 10]) })[0].toArray()).toEqual([2, 40])
    expect(() => gradients(x.square(), [x])).toThrow('gradients: wants the gradient dy')
  })

  test('refuses an input that the output does not depend on', () => {
    const [x, other] = [parameter(1), parameter([1, 2], { dtype: 'float64' })]
    const unused = 'gradients: the output does not depend on input 1 [2]'
    expect(() => gradients(x.mul(2), [x, other])).toThrow(unused)
    const [, zero] = gradients(x.mul(2), [x, other], { allowUnused: true })
    expect([zero.toArray(), zero.dtype]).toEqual([[0, 0], 'float64'])
  })

  test('refuses one input without a list, and options that there are not', () => {
    const x = parameter(1)
    expect(() => gradients(x.mul(2), x as never)).toThrow('gradients: wants an array of inputs, got Variable')
    expect(() => gradients(x.mul(2), [undefined as never])).toThrow(
      'gradients: input 0 is no Variable, but undefined',
    )
    expect(() => gradients(x.mul(2), [x], { create_graph: true } as never)).toThrow(
      'gradients: has no option create_graph: did you mean createGraph?',
    )
    expect(() => x.mul(2).backward(undefined, { retain_graph: true } as never)).toThrow(
      'backward: has no option retain_graph: did you mean retainGraph?',
    )
  })

  test('refuses an input without a gradient', () => {
    expect(() => gradients(parameter(1).mul(2), [variable([1])])).toThrow(
      'gradients: input 0 [1] does not require a gradient',
    )
    expect(() => gradients(variable(1), [parameter(1)])).toThrow('gradients: nothing to differentiate')
  })

  test('goes only where the inputs are', () => {
    const [x, w] = [parameter(2), parameter(3)]
    const elsewhere = w.exp()
    const y = x.square().add(elsewhere)
    elsewhere.value.fill(0) // would be an error on the way to w
    expect(gradients(y, [x])[0].item()).toBe(4)
  })

  test('releases what it passed, and nothing below its inputs', () => {
    const x = parameter(2)
    const h = x.square()
    const y = h.exp()
    gradients(y, [h])
    expect(() => gradients(y, [h])).toThrow('the tape was released')
    h.backward()
    expect(x.grad?.item()).toBe(4)
  })

  test('keeps the tape with retainGraph', () => {
    const x = parameter(2)
    const y = x.square()
    expect(gradients(y, [x], { retainGraph: true })[0].requiresGrad).toBe(false)
    expect(gradients(y, [x])[0].item()).toBe(4)
  })

  test('can be differentiated in turn with createGraph', () => {
    const x = parameter(2)
    let y: Variable = x.pow(4)
    const derivatives = Array.from({ length: 5 }, () => {
      if (!y.requiresGrad) return 0
      y = gradients(y, [x], { createGraph: true, allowUnused: true })[0]
      return y.item()
    })
    expect(derivatives).toEqual([32, 48, 48, 24, 0])
  })

  test('can be differentiated by dy', () => {
    const [x, dy] = [parameter(3), parameter(1)]
    const [dx] = gradients(x.square(), [x], { dy, createGraph: true })
    expect(gradients(dx, [dy])[0].item()).toBe(6)
  })
})
