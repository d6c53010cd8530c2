import { type Variable, variable } from '@unroll/autograd'
import { Adam, clipGradNorm, Dropout, Embedding, Linear, SGD } from '@unroll/rnn'
import { assertLater, Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import { type Compiled, type GpuKernels, gpuKernels } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { gpuModes } from '../support/gpu-modes.js'

const ones = tensor([1, 1])

function training() {
  const drop = new Dropout(0.5, { rng: new Random(7) })
  const w = variable(tensor([1, 2]), { requiresGrad: true })
  const adam = new Adam([w], { lr: 0.1 })
  const step = (x: Tensor) => {
    adam.zeroGrad()
    const loss = drop.forward(w.mul(x)).square().sum()
    loss.backward()
    adam.step()
    return loss
  }
  /** All that a step changes. */
  const state = () => [
    w.toArray(),
    drop.rng.state,
    ...Object.values(adam.stateDict()).map((x) => x.toArray()),
  ]
  return { w, adam, step, state, rng: drop.rng }
}

/** What a number of steps on the host make of it. */
function after(steps: number) {
  const one = training()
  for (let i = 0; i < steps; i++) one.step(ones)
  return one.w.toArray() as number[]
}

function expectAfter(steps: number, { w }: ReturnType<typeof training>): void {
  const wanted = after(steps)
  ;(w.toArray() as number[]).forEach((x, i) => void expect(x).toBeCloseTo(wanted[i], 4))
}

describe.each(gpuModes)('calls of a step compiled for %s:', (mode) => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await gpuKernels(GPU, { mode })
  })
  afterAll(() => gpu.destroy())

  test('those of two steps take turns, and neither loses what the other did', async () => {
    const one = training()
    const steps = [one.step, (x: Tensor) => one.step(x)].map((step) => gpu.compile(step))
    await Promise.all([0, 1, 0, 1, 1].map((k) => steps[k](ones)))
    expectAfter(5, one)
    expect(one.adam.stateDict()['0.step'].item()).toBe(5)
    for (const step of steps) await step.destroy()
  })

  test('a step on the host in the meantime is kept, and the call fails', async () => {
    const one = training()
    const train = gpu.compile(one.step)
    await train(ones)
    const running = train(ones)
    one.rng.state = new Random(8).state
    one.step(ones)
    const between = one.state()
    await expect(running).rejects.toThrow(
      /^compile: a tensor that the step changes was changed, or moved, while/,
    )
    expect(one.w.toArray()).toEqual(between[0])
    expect(one.adam.stateDict()['0.step'].item()).toBe(2)
    await train.destroy()
  })

  test('the host’s tensors and the inputs are taken as they are at the call', async () => {
    const [scale, x] = [tensor([2]), tensor([1, 1])]
    const times = gpu.compile((x: Tensor) => x.mul(scale))
    await times(x)
    const running = times(x)
    scale.fill(5)
    x.fill(7)
    expect((await running).toArray()).toEqual([2, 2])
    expect((await times(x)).toArray()).toEqual([35, 35])
    await times.destroy()
  })

  test('where one of many fails, it says how many are done', async () => {
    const count = zeros([3])
    const step = gpu.compile((i: Tensor) => count.assign(count.add(1)).gather(0, i), { stepsPerCall: 2 })
    const inputs = [0, 1, 2, 5, 1].map((i) => tensor([i], { dtype: 'int32' }))
    await expect(step.all(inputs)).rejects.toThrow(
      /^gather: index 5 is out of range .*\(the first 2 of the 5 steps are done\)$/,
    )
    expect(count.toArray()).toEqual([2, 2, 2])
    expect(await step.all([])).toEqual([])
    await step.destroy()
  })

  test('results come in the order of the inputs, in whatever shapes', async () => {
    const count = zeros([])
    const step = gpu.compile((x: Tensor) => [x.sum(), count.assign(count.add(1))] as const, {
      stepsPerCall: 2,
    })
    const sizes = [1, 1, 2, 1, 1, 2, 2, 1, 2]
    const results = await step.all(sizes.map((n, i) => tensor(Array(n).fill(i))))
    expect(results.map(([sum]) => sum.item())).toEqual(sizes.map((n, i) => n * i))
    expect(results.map(([, at]) => at.item())).toEqual(sizes.map((_, i) => i + 1))
    expect(step.traces.length).toBe(2)
    await step.destroy()
  })

  test('an assertion that does not hold leaves all as it was', async () => {
    const one = training()
    const train = gpu.compile(
      (x: Tensor) => {
        assertLater(x.slice(1), () => 'the lost sheep')
        return one.step(x)
      },
      { stepsPerCall: 2 },
    )
    await train(ones)
    const before = one.state()
    await expect(train.all([ones, tensor([1, 0])])).rejects.toThrow(
      /^compile: the lost sheep \(in step 2 of the 2/,
    )
    expect(one.state()).toEqual(before)
    await train.all([ones, ones])
    expectAfter(3, one)
    await train.destroy()
  })

  test('all tensors are changed, or none', async () => {
    const rng = new Random(1)
    const [sum, n] = [zeros([1]), tensor([5000], { dtype: 'int32' })]
    const step = gpu.compile(() => {
      sum.assign(sum.add(rng.uniform([1])))
      n.assign(n.mul(n))
    })
    const before = [...rng.state]
    await expect(step(undefined)).rejects.toThrow(/int32 came out as 25000000: on a GPU ints are exact up to/)
    expect([sum.item(), n.item(), ...rng.state]).toEqual([0, 5000, ...before])
    await step.destroy()
  })

  test('it may be let go of in the middle of a call, and goes on then', async () => {
    const one = training()
    const train = gpu.compile(one.step)
    const first = train(ones)
    const gone = train.destroy()
    const second = train(ones)
    await Promise.all([first, gone, second])
    expectAfter(2, one)
    expect(train.traces.length).toBe(2)
    await train.destroy()
    expect(gpu.memory().arrays).toBe(0)
  })

  test('results are nobody else’s', async () => {
    const step = gpu.compile((x: Tensor) => {
      const y = x.mul(2)
      return [y, y, x] as const
    })
    const [a, b, back] = await step(ones)
    a.fill(5)
    back.fill(6)
    await step(tensor([3, 3]))
    expect([a, b, back, ones].map((x) => x.toArray())).toEqual([[5, 5], [2, 2], [6, 6], [1, 1]]) // biome-ignore format: short
    await step.destroy()
  })
})

describe('a compiled step', () => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await gpuKernels(GPU, { mode: gpuModes[0] })
  })
  afterAll(() => gpu.destroy())

  test('looks at that part of an input that is an index', async () => {
    const embedding = new Embedding(3, 1, { rng: new Random(1) })
    const step = gpu.compile((x: Tensor) => embedding.forward(x.slice(null, [0, -1])))
    const rows = (last: number) => tensor([[0, last, -100], [2, 1, -100]], { dtype: 'int32' }) // biome-ignore format: a matrix
    expect((await step(rows(1))).shape).toEqual([2, 2, 1])
    await expect(step(rows(3))).rejects.toThrow(/^Embedding: index 3 is out of range/)
  })

  test('looks at an index that it finds on the host, each time', async () => {
    const at = zeros([1], { dtype: 'int32' })
    const step = gpu.compile((x: Tensor) => x.gather(0, at))
    await step(ones)
    at.fill(1)
    expect((await step(tensor([3, 4]))).toArray()).toEqual([4])
    at.fill(2)
    await expect(step(ones)).rejects.toThrow(/^gather: index 2 is out of range/)
    expect(step.traces.length).toBe(1)
  })

  test('is not handed what it changes', async () => {
    const count = zeros([2])
    const step = gpu.compile(({ x }: { x: Tensor }) => count.assign(count.add(x)))
    await expect(step({ x: count.reshape([2, 1]).reshape([2]) })).rejects.toThrow(
      /^compile: input\.x shares its memory with a tensor that the step changes: hand in a copy$/,
    )
    expect(count.toArray()).toEqual([0, 0])
  })

  test('keeps a trace for each state that it goes by', async () => {
    const drop = new Dropout(0.5, { rng: new Random(1) })
    const step = gpu.compile((x: Tensor) => drop.forward(x))
    for (let i = 0; i < 6; i++) {
      drop.train(i % 2 === 0)
      const y = (await step(ones)).toArray() as number[]
      if (i % 2 === 1) expect(y).toEqual([1, 1])
    }
    expect(step.traces.length).toBe(2)
  })

  test('leaves gradients that are not there; the model goes on after zeroGrad', async () => {
    const model = new Linear(2, 1, { rng: new Random(1) })
    const sgd = new SGD(model.parameters(), { lr: 0.1 })
    const learn = (x: Tensor) => {
      const loss = model.forward(x).square().sum()
      sgd.zeroGrad()
      loss.backward()
      sgd.step()
      return loss
    }
    const step = gpu.compile(learn)
    const x = tensor([[1, 1]])
    await step(x)
    const { grad } = model.weight
    expect(() => grad?.data).toThrow(/^data: asks for a value that is not there yet/)
    const outside =
      /^compile: a value of a compiled step \(made by .*gpu-compile-calls.*\) is used outside it; .*zeroGrad\(\)/
    expect(() => model.forward(x).sum().backward()).toThrow(outside)
    expect(() => sgd.step()).toThrow(outside)
    expect(() => clipGradNorm(model.parameters(), 1)).toThrow(outside)
    await model.toHost()
    model.to(gpu)
    await expect(step(x)).rejects.toThrow(
      /^compile: a tensor of the step is on gpu .*await model\.toHost\(\)$/,
    )
    await model.toHost()
    sgd.zeroGrad()
    learn(x)
    await step(x)
  })

  test('ends with its device', async () => {
    const other = await gpuKernels(GPU, { mode: gpuModes[0] })
    const one = training()
    const train = other.compile(one.step)
    await train(ones)
    await other.destroy()
    const before = one.state()
    await expect(train(ones)).rejects.toThrow(/^compile: gpu \(.*\) was destroyed/)
    expect(one.state()).toEqual(before)
  })

  test('whose onTrace throws has lost nothing', async () => {
    const one = training()
    let calls = 0
    const train = gpu.compile(one.step, {
      onTrace() {
        if (calls++ === 0) throw new Error('mine')
      },
    })
    await expect(train(ones)).rejects.toThrow(/^mine$/)
    await train(ones)
    expectAfter(1, one)
    expect(calls).toBe(1)
  })

  test('has the types of what it gives', () => {
    const compile = <Result>(step: (x: Tensor) => Result) => gpu.compile(step)
    type Given<F> =
      F extends Compiled<Tensor, never> ? never : F extends (x: Tensor) => Promise<infer R> ? R : never
    const several = compile((x) => ({
      loss: variable(x),
      pair: [x, { x }] as const,
      maybe: x as Tensor | undefined,
    }))
    expectTypeOf<Given<typeof several>>().toEqualTypeOf<{
      loss: Tensor
      pair: readonly [Tensor, { readonly x: Tensor }]
      maybe: Tensor | undefined
    }>()
    const one = compile((x): Variable => variable(x))
    expectTypeOf<Given<typeof one>>().toEqualTypeOf<Tensor>()
    const nothing = compile(() => {})
    expectTypeOf<Given<typeof nothing>>().toEqualTypeOf<void>()
    const field = compile((x) => ({ value: x }))
    expectTypeOf<Given<typeof field>>().toEqualTypeOf<{ value: Tensor }>()
    const list = compile((x) => [x, x])
    expectTypeOf<Given<typeof list>>().toEqualTypeOf<Tensor[]>()
  })
})
