import * as F from '@unroll/autograd'
import { Random } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { bytesHeld, isCollected } from '../../../test/support/garbage.js'

/** A weak reference to the elements of a variable. */
function elementsOf(x: F.Variable): WeakRef<object> {
  return new WeakRef(x.value.storage.data)
}

describe('the tape holds what a gradient needs, and no more', () => {
  test('a result that no rule needs can go while the tape lives', async () => {
    const x = F.parameter(new Float32Array(1000))
    const make = () => {
      const product = x.mul(x)
      const sum = product.add(1)
      return { y: sum.sum(), results: [product, sum].map(elementsOf) }
    }
    const { y, results } = make()
    for (const result of results) expect(await isCollected(result)).toBe(true)
    y.backward()
    expect(x.grad?.size).toBe(1000)
  })

  test('a result that a rule needs stays until backward', async () => {
    const x = F.parameter(new Float32Array(1000))
    const make = () => {
      const power = x.exp()
      return { y: power.sum(), result: elementsOf(power) }
    }
    const { y, result } = make()
    expect(await isCollected(result)).toBe(false)
    y.backward()
    expect(await isCollected(result)).toBe(true)
  })

  test('operands of a product with a constant can go', async () => {
    const x = F.parameter(new Float32Array(1000))
    const make = () => {
      const h = x.neg()
      return { y: h.mul(2).sum(), operand: elementsOf(h) }
    }
    const { y, operand } = make()
    expect(await isCollected(operand)).toBe(true)
    y.backward()
    expect(x.grad?.value.get(0)).toBe(-2)
  })

  test('closures of ops with arguments hold no operand', async () => {
    const x = F.parameter([[1, 2, 3, 4]])
    const make = () => {
      const h = x.mul(1)
      const index = F.variable([[0, 1, 2, 3]], { dtype: 'int32' })
      const results = [
        h.sum(0),
        h.mean(0),
        h.cumsum(1),
        h.slice(null, [0, 2]),
        h.pad([[1, 1]]),
        h.flip(0),
        h.permute([1, 0]),
        h.expand([3, 4]),
        h.cast('float64'),
        h.gather(1, index),
        h.scatterAdd(1, index, h),
        F.where(F.variable([[true, false, true, false]]), h, 0),
        F.concat([h, h]),
        F.stack([h, h]),
        h.add(1),
        ...h.copy().split(2, 1),
        ...h.copy().chunk(2, 1),
        ...h.copy().unbind(1),
      ]
      return {
        y: results.map((part) => part.sum()).reduce((total, part) => total.add(part)),
        operand: elementsOf(h),
      }
    }
    const { y, operand } = make()
    expect(await isCollected(operand)).toBe(true)
    y.backward()
    expect(x.grad?.shape).toEqual([1, 4])
  })
})

test('a result that is dropped takes its tape with it', async () => {
  const x = F.parameter([1, 2])
  const make = () => new WeakRef(x.square().exp().sum().edge?.entry as object)
  const entry = make()
  expect(await isCollected(entry)).toBe(true)
})

test('a hook that was taken off is let go of', async () => {
  const x = F.parameter([1, 2])
  const make = () => {
    const hook = () => {}
    x.onGrad(hook)()
    return new WeakRef(hook)
  }
  const hook = make()
  x.sum().backward()
  expect(await isCollected(hook)).toBe(true)
})

describe('a hook on a result', () => {
  test('goes with the tape, though the function that takes it off stays', async () => {
    const x = F.parameter(new Float32Array(1000))
    const make = () => {
      const h = x.exp()
      const off = h.onGrad((dh) => dh.mul(h)) // holds h
      return { off, entry: new WeakRef(h.edge?.entry as object), elements: elementsOf(h) }
    }
    const { off, ...held } = make()
    expect(await isCollected(held.entry)).toBe(true)
    expect(await isCollected(held.elements)).toBe(true)
    off()
  })

  test('is let go of by backward', async () => {
    const x = F.parameter([1, 2])
    const make = () => {
      const [h, hook] = [x.exp(), () => {}]
      h.onGrad(hook)
      return { y: h.sum(), hook: new WeakRef(hook) }
    }
    const { y, hook } = make()
    expect(await isCollected(hook)).toBe(false)
    y.backward()
    expect(await isCollected(hook)).toBe(true)
  })

  test('that fills grad does not hold the value', async () => {
    const x = F.parameter(new Float32Array(1000))
    const make = () => {
      const h = x.mul(2).retainGrad()
      return { y: h.sum(), elements: elementsOf(h) }
    }
    const { y, elements } = make()
    expect(await isCollected(elements)).toBe(true)
    y.backward()
    expect(x.grad?.value.get(0)).toBe(2)
  })
})

test('hooks on results go with their step, also where many steps run in one turn of the event loop', () => {
  const w = F.parameter(new Float32Array(1000))
  const train = (steps: number) => {
    for (let step = 0; step < steps; step++) {
      const h = w.exp().retainGrad()
      h.onGrad((dh) => dh.mul(h)) // holds h
      h.sum().backward()
      w.zeroGrad()
    }
  }
  train(10)
  const before = bytesHeld()
  train(300)
  const after = bytesHeld()
  expect(after.buffers - before.buffers).toBeLessThan(100_000) // one step's h and its gradient: 8,000
})

test('memory is flat over 10,000 training steps', () => {
  const rng = new Random(1)
  const weights = [[4, 8], [8], [8, 2], [2]].map((shape) => F.parameter(rng.normal(shape, 0, 0.5)))
  const [w1, b1, w2, b2] = weights
  for (const w of weights) w.onGrad((dw) => dw.clamp(-1, 1))

  const train = (steps: number) => {
    for (let step = 0; step < steps; step++) {
      const x = rng.normal([16, 4])
      const target = x.slice(null, [0, 2]).mul(0.5)
      const y = F.matmul(x, w1).add(b1).tanh().matmul(w2).add(b2)
      y.sub(target).square().mean().backward()
      for (const w of weights) {
        w.value.assign(w.value.sub((w.grad as F.Variable).value.mul(0.05)))
        w.zeroGrad()
      }
    }
  }
  train(2000)
  const before = bytesHeld()
  train(8000)
  const after = bytesHeld()
  // One tape entry a step left behind would be some megabytes.
  expect(after.objects - before.objects).toBeLessThan(400_000)
  expect(after.buffers - before.buffers).toBeLessThan(10_000)
})
