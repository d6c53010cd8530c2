import { noGrad, parameter, type Variable, variable } from '@unroll/autograd'
import { tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

describe('backward', () => {
  test('adds to the gradients that are there, until they are forgotten', () => {
    const x = parameter([1, 2])
    for (let i = 1; i <= 3; i++) {
      x.square().sum().backward()
      expect(x.grad?.toArray()).toEqual([2 * i, 4 * i])
    }
    x.zeroGrad()
    expect(x.grad).toBeUndefined()
    x.sum().backward()
    expect(x.grad?.toArray()).toEqual([1, 1])
  })

  test('adds up what arrives by several ways', () => {
    const x = parameter(3)
    const h = x.mul(2)
    h.mul(h).add(h).backward()
    // h² + h with h = 2x: (2h + 1) · 2
    expect(x.grad?.item()).toBe(26)
    expect(h.grad).toBeUndefined()
  })

  test('waits for the longest way', () => {
    const x = parameter(1)
    let h = x.mul(1)
    const short = h.mul(10)
    for (let i = 0; i < 5; i++) h = h.mul(2)
    h.add(short).add(x).backward()
    expect(x.grad?.item()).toBe(43)
  })

  test('takes the gradient of the result as a number, a tensor or a variable', () => {
    for (const dy of [2, tensor([2, 2]), variable([2, 2])]) {
      const x = parameter([3, 4])
      x.square().backward(dy)
      expect(x.grad?.toArray()).toEqual([12, 16])
    }
  })

  test('wants that gradient for more than one element, and of the right form', () => {
    const y = parameter([1, 2]).square()
    expect(() => y.backward()).toThrow('backward: wants the gradient dy for a result of shape [2]')
    expect(() => y.backward(tensor([1]))).toThrow(
      'backward: dy must have the shape and dtype [2] float32, got [1] float32',
    )
    expect(() => y.backward(tensor([1, 1], { dtype: 'float64' }))).toThrow('got [2] float64')
    y.sum([0], { keepDims: true }).backward()
  })

  test('gives each leaf a gradient of its own', () => {
    const [a, b] = [parameter([1, 1]), parameter([1, 1])]
    const dy = tensor([5, 5])
    a.add(b).backward(dy)
    a.grad?.value.fill(0)
    expect(b.grad?.toArray()).toEqual([5, 5])
    expect(dy.toArray()).toEqual([5, 5])
  })

  test('of a leaf is 1', () => {
    const x = parameter(7)
    x.backward()
    expect(x.grad?.item()).toBe(1)
  })

  test('leaves alone what the result does not depend on', () => {
    const [x, unused, constant] = [parameter(1), parameter(1), variable(1)]
    x.mul(constant).backward()
    expect([unused.grad, constant.grad]).toEqual([undefined, undefined])
  })

  test('through some of the results of an op that has several', () => {
    const x = parameter([1, 2, 3, 4])
    const [, second, , fourth] = x.split(1)
    second.mul(fourth).backward()
    expect(x.grad?.toArray()).toEqual([0, 4, 0, 2])
  })

  test.each<[string, () => Variable]>([
    ['a constant', () => variable(1).mul(2)],
    ['a result cut off', () => parameter(1).mul(2).detach()],
    ['a result made under noGrad', () => noGrad(() => parameter(1).mul(2))],
    ['a comparison', () => parameter(1).greater(0)],
    ['an index', () => parameter([1, 2]).argmax()],
  ])('of %s is refused', (_, make) => {
    expect(() => make().backward()).toThrow('backward: nothing to differentiate')
  })
})

describe('the tape', () => {
  test('is released by backward', () => {
    const x = parameter(3)
    const h = x.square()
    const y = h.exp()
    y.backward()
    const released = /^backward: the tape was released by an earlier backward \(at op \w+\); pass retainGraph/
    expect(() => y.backward()).toThrow(released)
    expect(() => h.sin().backward()).toThrow(released)
  })

  test('is kept with retainGraph', () => {
    const x = parameter(3)
    const y = x.square()
    y.backward(undefined, { retainGraph: true })
    y.backward()
    expect(x.grad?.item()).toBe(12)
    expect(() => y.backward()).toThrow('the tape was released')
  })

  test('records nothing on the way back', () => {
    const x = parameter(3)
    x.square().backward()
    expect(x.grad?.requiresGrad).toBe(false)
  })

  test('records the way back with createGraph, and is kept', () => {
    const x = parameter(2)
    const y = x.mul(x).mul(x)
    y.backward(undefined, { createGraph: true })
    const first = x.grad as Variable
    expect(first.item()).toBe(12)
    x.zeroGrad()
    first.backward(undefined, { createGraph: true })
    const second = x.grad as unknown as Variable
    expect(second.item()).toBe(12)
    x.zeroGrad()
    second.backward()
    expect((x.grad as unknown as Variable).item()).toBe(6)
  })

  test('options in the place of the gradient are pointed out', () => {
    const y = parameter(2).square()
    expect(() => y.backward({ retainGraph: true } as never)).toThrow(
      'backward: the gradient dy comes first, and options second: backward(undefined, { … })',
    )
  })

  test('is released with createGraph too, where that is asked for', () => {
    const y = parameter(2).square()
    y.backward(undefined, { createGraph: true, retainGraph: false })
    expect(() => y.backward()).toThrow('the tape was released')
  })
})
