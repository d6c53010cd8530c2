import { gradients, parameter, type Variable, variable } from '@unroll/autograd'
import { describe, expect, test } from 'vitest'

describe('a hook on a leaf', () => {
  test('sees the whole gradient of each backward, once', () => {
    const x = parameter(2)
    const seen: number[] = []
    x.onGrad((dx) => void seen.push(dx.item()))
    x.mul(x).add(x).backward()
    x.mul(10).backward()
    expect(seen).toEqual([5, 10])
    expect(x.grad?.item()).toBe(15)
  })

  test('may put another gradient in its place', () => {
    const x = parameter([1, 2])
    x.onGrad((dx) => dx.clamp(-1, 3))
    x.square().sum().backward()
    expect(x.grad?.toArray()).toEqual([2, 3])
  })

  test('comes after those before it', () => {
    const x = parameter(1)
    x.onGrad((dx) => dx.add(1))
    x.onGrad((dx) => dx.mul(10))
    x.mul(1).backward()
    expect(x.grad?.item()).toBe(20)
  })

  test('can be taken off', () => {
    const x = parameter(1)
    const off = x.onGrad((dx) => dx.mul(0))
    off()
    off()
    expect(x.hooks?.size).toBe(0)
    x.mul(3).backward()
    expect(x.grad?.item()).toBe(3)
  })

  test('can take itself off', () => {
    const x = parameter(1)
    const off = x.onGrad((dx) => {
      off()
      return dx.mul(5)
    })
    x.mul(1).backward()
    x.mul(1).backward()
    expect(x.grad?.item()).toBe(6)
  })

  test('may change its gradient in place, and no other', () => {
    const [a, b] = [parameter([1, 1]), parameter([1, 1])]
    a.onGrad((dx) => void dx.value.fill(7))
    a.add(b).sum().backward()
    expect(a.grad?.toArray()).toEqual([7, 7])
    expect(b.grad?.toArray()).toEqual([1, 1])
  })

  test('can be differentiated with createGraph', () => {
    const x = parameter(3)
    x.onGrad((dx) => dx.mul(x))
    x.mul(x).backward(undefined, { createGraph: true })
    // 2x · x, and its derivative 4x, hooked again: 4x · x
    const first = x.grad as Variable
    expect(first.item()).toBe(18)
    x.zeroGrad()
    first.backward()
    expect((x.grad as unknown as Variable).item()).toBe(36)
  })

  test('is not called by gradients', () => {
    const x = parameter(1)
    x.onGrad(() => expect.fail('called'))
    expect(gradients(x.mul(4), [x])[0].item()).toBe(4)
  })

  test('must give a gradient of the right form', () => {
    const x = parameter([1, 2])
    const off = x.onGrad((dx) => dx.sum())
    expect(() => x.sum().backward()).toThrow(
      'onGrad: what a hook gives must have the shape and dtype [2] float32, got [] float32',
    )
    off()
    x.onGrad(() => 3 as unknown as Variable)
    expect(() => x.sum().backward()).toThrow('onGrad: a hook gives a Variable, or nothing')
  })

  test('wants a leaf that requires a gradient', () => {
    expect(() => variable(1).onGrad(() => {})).toThrow('onGrad: wants a leaf')
    expect(() =>
      parameter(1)
        .mul(2)
        .onGrad(() => {}),
    ).toThrow('onGrad: wants a leaf')
  })
})
