import { embed, type Tensor, tensor, zeros } from '@unroll/tensor'
import type { GpuKernels } from '@unroll/tensor/gpu'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countLive } from '../gpu/live.js'
import { modes, open } from '../gpu/modes.js'

describe.each(modes)('%s', (mode) => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await open(mode)
  })
  afterAll(() => gpu.destroy())

  const there = (...values: number[]) => tensor(values).to(gpu)

  test('a scope frees all but what it gives', async () => {
    const x = there(1, 2, 3)
    const before = gpu.memory()
    const freed: Tensor[] = []
    const given = gpu.scope(() => {
      const a = x.mul(x)
      freed.push(a)
      return {
        sum: a.add(x),
        list: [a.neg()],
        variable: { value: a.sub(x), grad: { value: x.neg() } },
        text: 'y',
      }
    })
    expect(gpu.memory()).toEqual({ arrays: before.arrays + 4, bytes: before.bytes + 4 * 12 })
    expect(await given.sum.read()).toEqual(Float32Array.of(2, 6, 12))
    expect(await given.list[0].read()).toEqual(Float32Array.of(-1, -4, -9))
    expect(await given.variable.value.read()).toEqual(Float32Array.of(0, 2, 6))
    expect(await given.variable.grad.value.read()).toEqual(Float32Array.of(-1, -2, -3))
    const advice = 'the values were freed at the end of the scope in which they were made: return them'
    await expect(freed[0].read()).rejects.toThrow(`read: ${advice}`)
    expect(() => freed[0].neg()).toThrow(`neg: ${advice}`)
  })

  test('scopes nest: what the inner one gives is freed by the outer', async () => {
    const x = there(1, 2)
    const before = gpu.memory().arrays
    const y = gpu.scope(() => {
      const inner = gpu.scope(() => x.mul(x).neg())
      expect(gpu.memory().arrays).toBe(before + 1)
      return inner.add(x)
    })
    expect(gpu.memory().arrays).toBe(before + 1)
    expect(await y.read()).toEqual(Float32Array.of(0, -2))
  })

  test('keep lets something escape', async () => {
    const x = there(1, 2)
    let kept: Tensor | undefined
    gpu.scope(() => {
      gpu.scope(() => {
        kept = gpu.keep(x.neg())
      })
    })
    expect(await kept?.read()).toEqual(Float32Array.of(-1, -2))
  })

  test('what is read in a scope is asked for in time', async () => {
    const x = there(1, 2)
    let reading: Promise<unknown> | undefined
    gpu.scope(() => {
      reading = x.mul(x).read()
    })
    expect(await reading).toEqual(Float32Array.of(1, 4))
  })

  test('what is put into an older tensor stays, and what was there before goes', async () => {
    const [x, part] = [there(1, 2, 3), there(1, 2, 3)]
    const before = gpu.memory()
    for (let step = 0; step < 3; step++)
      gpu.scope(() => {
        x.assign(x.add(x))
        part.slice([0, 1]).assign(x.slice([0, 1]))
        const young = there(7)
        young.assign(young.neg()) // goes with the scope, as the tensor does
        expect(gpu.memory().arrays).toBeGreaterThan(before.arrays)
      })
    expect(gpu.memory()).toEqual(before)
    expect(await x.read()).toEqual(Float32Array.of(8, 16, 24))
    expect(await part.read()).toEqual(Float32Array.of(8, 2, 3))
  })

  test('what has its elements from a border, or from zeros, goes with the scope', () => {
    const x = there(1, 2)
    const before = gpu.memory()
    gpu.scope(() => {
      x.pad([[1, 1]])
      embed(x, [5], [[3]])
    })
    expect(gpu.memory()).toEqual(before)
  })

  test('of a view that is read, nothing is left', async () => {
    const x = there(1, 2, 3)
    const before = gpu.memory()
    expect(await x.flip().read()).toEqual(Float32Array.of(3, 2, 1))
    expect(gpu.memory()).toEqual(before)
  })

  test('what was brought there of a tensor that then goes over is not kept', async () => {
    const [x, rule] = [there(1, 2), zeros([2])]
    const before = gpu.memory().arrays
    for (let k = 0; k < 2; k++) gpu.scope(() => void x.add(rule)) // what is used again stays
    expect(gpu.memory().arrays).toBe(before + 1)
    gpu.scope(() => rule.assign(x))
    expect(gpu.memory().arrays).toBe(before + 1)
    expect(await rule.read()).toEqual(Float32Array.of(1, 2))
  })

  test('a workspace is entered again and again, and frees all but what is kept', async () => {
    const [x, before] = [there(1, 2), gpu.memory().arrays]
    const memory = gpu.workspace()
    const a = memory.run(() => x.add(1))
    const b = memory.run(() => a.add(gpu.scope(() => a.neg().neg())))
    const older = memory.run(() => x.assign(b))
    expect(older).toBe(x)
    memory.clear({ value: b, grad: undefined })
    expect(gpu.memory().arrays).toBe(before + 1)
    expect(await b.read()).toEqual(Float32Array.of(4, 6))
    expect(await x.read()).toEqual(Float32Array.of(4, 6))
    expect(() => a.neg()).toThrow(/^neg: the values were freed/)
    memory.clear()
    expect(gpu.memory().arrays).toBe(before)
    expect(() => memory.run(async () => x.neg())).toThrow(/must not be asynchronous/)
    memory.clear()
    expect(gpu.memory().arrays).toBe(before)
  })

  test('after an error a scope frees as well, and the outer one is open again', () => {
    const x = there(1, 2)
    const before = gpu.memory()
    gpu.scope(() => {
      expect(() =>
        gpu.scope(() => {
          x.neg()
          throw new Error('mine')
        }),
      ).toThrow('mine')
      expect(gpu.memory()).toEqual(before)
      x.neg()
    })
    expect(gpu.memory()).toEqual(before)
  })

  test('a scope does not wait', () => {
    const before = gpu.memory()
    expect(() => gpu.scope(async () => there(1))).toThrow(/^scope: the body must not be asynchronous/)
    expect(gpu.memory()).toEqual(before)
  })

  test('in 1,000 steps memory does not grow', async () => {
    const gpu = await open(mode) // what other tests left behind is not collected in between
    const [x, w, target] = [tensor([[1, 2]]).to(gpu), zeros([2, 1]).to(gpu), tensor([3]).to(gpu)]
    const losses: Promise<ArrayLike<number>>[] = []
    const step = (read: boolean) =>
      gpu.scope(() => {
        const error = x.matmul(w).sub(target)
        w.assign(w.sub(x.transpose().mul(error).mul(0.02)))
        if (read) losses.push(error.read())
      })
    const live = countLive(mode, () => gpu.memory().arrays)
    for (let s = 0; s < 5; s++) step(true)
    await gpu.settle()
    const [memory, platform, { size }] = [gpu.memory(), live.count(), gpu.cache]
    const most = { platform, arrays: 0 }
    for (let s = 0; s < 1000; s++) {
      step(s % 50 === 0)
      most.arrays = Math.max(most.arrays, gpu.memory().arrays)
      if (s % 50 === 0) {
        await losses.at(-1)
        most.platform = Math.max(most.platform, live.count())
      }
    }
    await gpu.settle()
    live.stop()
    expect(gpu.memory()).toEqual(memory)
    expect(most).toEqual({ platform, arrays: memory.arrays })
    expect(live.count()).toBe(platform)
    expect(gpu.cache.size).toBe(size)
    expect((await losses.at(-1))?.[0]).toBeCloseTo(0, 5)
    await gpu.destroy()
  }, 60_000)

  test('when the device is destroyed, nothing is left of it', async () => {
    const live = countLive(mode, () => other.memory().arrays)
    const other = await open(mode)
    const x = tensor([1, 2, 3]).to(other)
    await x.mul(x).read()
    expect(live.count()).toBeGreaterThan(0)
    await other.destroy()
    live.stop()
    expect(other.memory()).toEqual({ arrays: 0, bytes: 0 })
    expect(live.count()).toBe(0)
  })
})
