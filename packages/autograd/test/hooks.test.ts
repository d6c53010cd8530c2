import { checkpoint, grad, gradients, layerNorm, parameter, type Variable, variable } from '@unroll/autograd'
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

  test('that is added twice is called twice', () => {
    const x = parameter(1)
    const twice = (dx: Variable) => dx.mul(2)
    const offs = [x.onGrad(twice), x.onGrad(twice)]
    x.mul(1).backward()
    offs[0]()
    x.mul(1).backward()
    expect(x.grad?.item()).toBe(4 + 2)
  })

  test('can be taken off', () => {
    const x = parameter(1)
    const off = x.onGrad((dx) => dx.mul(0))
    off()
    off()
    x.mul(3).backward()
    expect(x.hooks?.calls).toEqual([])
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

  test('is called by gradients too, where the leaf is asked for', () => {
    const [x, w] = [parameter(1), parameter(1)]
    w.onGrad(() => expect.fail('called'))
    x.onGrad((dx) => dx.mul(10))
    expect(gradients(x.mul(4).mul(w), [x])[0].item()).toBe(40)
    expect(x.grad).toBe(undefined)
  })

  test('waits while the leaf takes no gradient', () => {
    const x = parameter(1)
    let calls = 0
    x.onGrad(() => void calls++)
    const y = x.mul(2)
    x.requiresGrad = false
    y.backward(undefined, { retainGraph: true })
    expect(() => x.onGrad(() => {})).toThrow('onGrad: no gradient flows to this []')
    expect(calls).toBe(0)
    x.requiresGrad = true
    y.backward()
    x.mul(3).backward()
    expect([calls, x.grad?.item()]).toEqual([2, 5])
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

  test('wants a gradient that it can see', () => {
    expect(() => variable(1).onGrad(() => {})).toThrow(
      'onGrad: no gradient flows to this []: it is a constant',
    )
    expect(() =>
      parameter([1])
        .argmax(0)
        .onGrad(() => {}),
    ).toThrow('onGrad: no gradient flows to this []')
    expect(() => parameter(1).onGrad('x' as never)).toThrow(
      'onGrad: wants a function of the gradient, got string',
    )
    expect(() => variable(1).retainGrad()).toThrow('retainGrad: no gradient flows to this []')
  })
})

describe('a hook on a result', () => {
  test('sees the total of all that arrives there, once', () => {
    const x = parameter(2)
    const h = x.square()
    const seen: number[] = []
    h.onGrad((dh) => void seen.push(dh.item()))
    h.mul(3).add(h.mul(h)).backward() // 3 + 2h
    expect(seen).toEqual([11])
    expect(x.grad?.item()).toBe(44)
  })

  test('may put another gradient in its place, for all that comes before', () => {
    const x = parameter([3, -4])
    const h = x.mul(2)
    h.onGrad((dh) => dh.neg()) // gradient reversal
    h.onGrad((dh) => dh.clamp(-1, 1))
    h.square().sum().backward()
    expect(x.grad?.toArray()).toEqual([-2, 2])
  })

  test('is called for the result that backward starts from', () => {
    const x = parameter(3)
    const y = x.square()
    y.onGrad((dy) => dy.mul(100))
    y.backward()
    expect(x.grad?.item()).toBe(600)
  })

  test('of several results of an op sees its own', () => {
    const x = parameter([1, 2, 3])
    const [a, b, c] = x.unbind()
    const seen: string[] = []
    a.onGrad((da) => void seen.push(`a ${da.item()}`))
    b.onGrad((db) => {
      seen.push(`b ${db.item()}`)
      return db.mul(10)
    })
    c.onGrad(() => expect.fail('no gradient comes here'))
    a.mul(5).add(b.mul(7)).backward()
    expect(seen).toEqual(['a 5', 'b 7'])
    expect(x.grad?.toArray()).toEqual([5, 70, 0])
  })

  test('is called by gradients, also where it is asked for, and by grad', () => {
    const x = parameter(2)
    const h = x.square()
    h.onGrad((dh) => dh.mul(10))
    expect(gradients(h.mul(3), [h, x]).map((d) => d.item())).toEqual([30, 120])
    const f = (x: Variable) => {
      const h = x.square()
      h.onGrad((dh) => dh.mul(10))
      return h.mul(3)
    }
    expect(grad(f)(variable(2)).item()).toBe(120)
  })

  test('may change its gradient in place, and no other', () => {
    const x = parameter([1, 1])
    const [a, b] = [x.mul(2), x.mul(3)]
    a.onGrad((da) => void da.value.fill(7))
    a.add(b).sum().backward()
    expect(x.grad?.toArray()).toEqual([17, 17])
  })

  test('is called again with a tape that was retained, and can be taken off', () => {
    const x = parameter(1)
    const h = x.mul(2)
    let calls = 0
    const off = h.onGrad(() => void calls++)
    const y = h.mul(3)
    y.backward(undefined, { retainGraph: true })
    y.backward(undefined, { retainGraph: true })
    off()
    y.backward()
    expect(calls).toBe(2)
  })

  test('can be differentiated with createGraph', () => {
    const x = parameter(3)
    const h = x.square()
    h.onGrad((dh) => dh.mul(x))
    const [dx] = gradients(h.mul(1), [x], { createGraph: true }) // x · 2x
    expect(dx.item()).toBe(18)
    expect(gradients(dx, [x])[0].item()).toBe(12)
  })

  test('must give a gradient of the right form', () => {
    const h = parameter([1, 2]).mul(2)
    h.onGrad((dh) => dh.sum())
    expect(() => h.sum().backward()).toThrow(
      'onGrad: what a hook gives must have the shape and dtype [2] float32, got [] float32',
    )
  })

  test('on what a fused op gives, also by its composed form', () => {
    const run = (createGraph: boolean) => {
      const x = parameter([1, 2])
      const y = layerNorm(x)
      const seen: unknown[] = []
      y.onGrad((dy) => {
        seen.push(dy.toArray())
        return dy.mul(0)
      })
      y.mul(3).sum().backward(undefined, { createGraph })
      return [seen, x.grad?.toArray()]
    }
    expect(run(false)).toEqual([[[3, 3]], [0, 0]])
    expect(run(true)).toEqual([[[3, 3]], [0, 0]])
  })

  test('is called once of a checkpoint: what goes in, comes out, and is inside', () => {
    const x = parameter(2)
    const before = x.mul(1)
    const seen: Record<string, number[]> = { before: [], inside: [], after: [] }
    before.onGrad((d) => void seen.before.push(d.item()))
    const [after] = checkpoint(() => {
      const inside = before.square().add(before)
      inside.onGrad((d) => {
        seen.inside.push(d.item())
        return d.mul(2)
      })
      return [inside.mul(3)]
    })
    after.onGrad((d) => void seen.after.push(d.item()))
    after.add(before.mul(100)).backward()
    expect(seen).toEqual({ before: [3 * 2 * (4 + 1) + 100], inside: [3], after: [1] })
    expect(x.grad?.item()).toBe(130)
  })
})

describe('retainGrad', () => {
  test('fills the grad of a result, as its hooks leave it', () => {
    const x = parameter([1, 2])
    const h = x.square().retainGrad()
    h.onGrad((dh) => dh.mul(2))
    h.mul(3).sum().backward(undefined, { retainGraph: true })
    expect(h.grad?.toArray()).toEqual([6, 6])
    h.sum().backward()
    expect(h.grad?.toArray()).toEqual([8, 8])
    h.zeroGrad()
    expect(h.grad).toBe(undefined)
    expect(x.grad?.toArray()).toEqual([12 + 4, 24 + 8])
  })

  test('changes nothing for a leaf', () => {
    const x = parameter(1).retainGrad()
    x.mul(3).backward()
    expect(x.grad?.item()).toBe(3)
  })

  test('gives a gradient of its own, that can be differentiated with createGraph', () => {
    const x = parameter([1, 2])
    const [a, b] = [x.mul(2).retainGrad(), x.mul(3).retainGrad()]
    a.add(b).sum().backward()
    a.grad?.value.fill(0)
    expect(b.grad?.toArray()).toEqual([1, 1])

    const h = x.mul(1).retainGrad()
    h.pow(3).sum().backward(undefined, { createGraph: true })
    expect(gradients((h.grad as Variable).sum(), [x])[0].toArray()).toEqual([6, 12])
  })

  test('works within a checkpoint, for the values of the second run', () => {
    const x = parameter(2)
    let inside = x
    const [y] = checkpoint(() => {
      inside = x.square().retainGrad()
      return [inside.mul(3)]
    })
    y.backward()
    expect(inside.grad?.item()).toBe(3)
  })
})
