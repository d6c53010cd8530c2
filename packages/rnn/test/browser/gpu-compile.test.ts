import { variable } from '@unroll/autograd'
import { crossEntropy, Dropout, Linear, mse, SGD } from '@unroll/rnn'
import { arange, copy, Random, reference, Tensor, tensor, withKernels, zeros } from '@unroll/tensor'
import { type GpuKernels, gpuKernels } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Batch, batchesOf, CharLM, trainer } from '../support/char-lm.js'
import { gpuModes } from '../support/gpu-modes.js'

/** How far a loss or a parameter may be, in float32 throughout, from where the reference's float64 sums lead. */
const tolerance = 2e-4

const symbols = 5
const batches = batchesOf(symbols, 50, 4, 8)
const lm = () => trainer(new CharLM(symbols, 12, { numLayers: 3, rng: new Random(5) }), { lr: 0.03 })

/** 50 steps with the reference kernels. */
const expected = withKernels(reference, () => {
  const { model, optimizer, step } = lm()
  const losses = batches.map((batch) => step(batch).loss.item())
  return { losses, parameters: model.stateDict(), state: optimizer.stateDict() }
})

test('what is to be learned is learned', () => {
  const mean = (losses: number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  expect(mean(expected.losses.slice(-5))).toBeLessThan(0.9 * mean(expected.losses.slice(0, 5)))
})

describe.each(gpuModes)('a step compiled for %s', (mode) => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await gpuKernels(GPU, { mode })
  })
  afterAll(() => gpu.destroy())

  test('gives the reference’s losses, five steps at a time', async () => {
    const { model, optimizer, step } = lm()
    const train = gpu.compile(step, { stepsPerCall: 5 })
    const results = await train.all(batches)
    expectClose(
      results.map(({ loss }) => loss.item()),
      expected.losses,
    )
    // Between calls all of it is the host's.
    expectStates(model.stateDict(), expected.parameters)
    expectStates(optimizer.stateDict(), expected.state)
    expect(optimizer.stateDict()['0.step'].item()).toBe(50)
    expect(train.traces.length).toBe(1)
    expect(gpu.memory().arrays).toBe(0)
    await train.destroy()
  })

  test('gives them one step at a time', async () => {
    const train = gpu.compile(lm().step)
    const losses: number[] = []
    for (const batch of batches.slice(0, 10)) losses.push((await train(batch)).loss.item())
    expectClose(losses, expected.losses.slice(0, 10))
    await train.destroy()
  })

  test('goes on where the host left off, and the host where it did', async () => {
    const { model, step } = lm()
    const train = gpu.compile(step)
    const losses: number[] = []
    for (const [i, batch] of batches.slice(0, 12).entries())
      losses.push((i % 6 < 3 ? step(batch) : await train(batch)).loss.item())
    expectClose(losses, expected.losses.slice(0, 12))
    expect(model.parameters().every((p) => p.value.device === undefined)).toBe(true)
    await train.destroy()
  })

  test('is traced anew for inputs of another shape, and says so', async () => {
    const { step } = lm()
    const told: number[] = []
    const train = gpu.compile(step, { onTrace: ({ number }) => told.push(number) })
    const [short] = batchesOf(symbols, 1, 2, 3)
    for (const batch of [batches[0], batches[1], short, batches[2], short]) await train(batch)
    expect(told).toEqual([1, 2])
    expect(train.traces.map(({ inputs }) => inputs)).toEqual([
      ['input.x [4, 8] int32', 'input.y [4, 8] int32'],
      ['input.x [2, 3] int32', 'input.y [2, 3] int32'],
    ])
    const [{ runs, programs, changes }] = train.traces
    expect(programs).toBeLessThan(runs)
    expect(changes).toBe(3 * lm().model.parameters().length)
    await train.destroy()
  })

  test('draws its masks anew at every step, the same as on the host', async () => {
    const run = () => {
      const rng = new Random(9)
      const [drop, linear] = [new Dropout(0.5, { rng }), new Linear(6, 2, { rng })]
      const sgd = new SGD(linear.parameters(), { lr: 0.1, momentum: 0.9, dampening: 0.5 })
      return (x: Tensor) => {
        sgd.zeroGrad()
        const loss = mse(linear.forward(drop.forward(variable(x))), zeros([4, 2]))
        loss.backward()
        sgd.step()
        return loss
      }
    }
    const rng = new Random(1)
    const inputs = Array.from({ length: 6 }, () => rng.normal([4, 6]))
    const onHost = run()
    const train = gpu.compile(run(), { stepsPerCall: 4 })
    const losses = await train.all(inputs)
    expectClose(
      losses.map((loss) => loss.item()),
      inputs.map((x) => onHost(x).item()),
    )
    await train.destroy()
  })

  test('takes the learning rate as it is at each step', async () => {
    const w = variable(tensor([1]), { requiresGrad: true })
    const sgd = new SGD([w], { lr: 1 })
    const train = gpu.compile(() => {
      sgd.zeroGrad()
      w.mul(1).sum().backward()
      sgd.step()
      return w.value.mul(1)
    })
    const given: number[] = []
    for (const lr of [1, 0.5, 0.25]) {
      sgd.lr = lr
      given.push((await train([])).item())
    }
    expect(given).toEqual([0, -0.5, -0.75])
    await train.destroy()
  })

  test('carries on what it changes in place', async () => {
    const count = zeros([2])
    const add = gpu.compile((x: Tensor) => ({ before: count.mul(1), after: count.assign(count.add(x)) }), {
      stepsPerCall: 2,
    })
    const results = await add.all([tensor([1, 2]), tensor([3, 4]), tensor([5, 6])])
    expect(results.map(({ before }) => before.toArray())).toEqual([[0, 0], [1, 2], [4, 6]]) // biome-ignore format: short
    expect(results.map(({ after }) => after.toArray())).toEqual([[1, 2], [4, 6], [9, 12]]) // biome-ignore format: short
    expect(count.toArray()).toEqual([9, 12])
    await add.destroy()
  })

  test('a copy is a tensor of its own, but takes no program', async () => {
    const count = tensor([1, 2])
    const step = gpu.compile(
      (x: Tensor) => {
        const before = copy(count)
        count.assign(count.add(x))
        return { before, count, x }
      },
      { stepsPerCall: 2 },
    )
    const inputs = [tensor([1, 1]), tensor([2, 2])]
    const results = await step.all(inputs)
    expect(step.traces[0].runs).toBe(1)
    const figures = results.map(({ before, count, x }) => [before, count, x].map((y) => y.toArray()))
    expect(figures).toEqual([
      [[1, 2], [2, 3], [1, 1]], // biome-ignore format: short
      [[2, 3], [4, 5], [2, 2]], // biome-ignore format: short
    ])
    for (const { before, count, x } of results) for (const y of [before, count, x]) y.fill(0)
    expect([count, ...inputs].map((x) => x.toArray())).toEqual([[4, 5], [1, 1], [2, 2]]) // biome-ignore format: short
    await step.destroy()
  })

  test('tensors may take each other’s places', async () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 4])]
    const swap = gpu.compile(
      () => {
        const former = copy(a)
        a.assign(b)
        b.assign(former)
      },
      { stepsPerCall: 3 },
    )
    await swap([])
    expect([a, b].map((x) => x.toArray())).toEqual([[3, 4], [1, 2]]) // biome-ignore format: short
    await swap.all([[], [], []])
    expect([a, b].map((x) => x.toArray())).toEqual([[1, 2], [3, 4]]) // biome-ignore format: short
    await swap.destroy()
  })

  test('sees what became of a tensor that it only reads', async () => {
    const scale = tensor([2])
    const times = gpu.compile((x: Tensor) => x.mul(scale))
    expect((await times(tensor([1, 2]))).toArray()).toEqual([2, 4])
    scale.set([0], 10)
    expect((await times(tensor([1, 2]))).toArray()).toEqual([10, 20])
    expect(times.traces.length).toBe(1)
    await times.destroy()
  })

  test('leaves all as it was when a gradient is not finite', async () => {
    const { model, optimizer, step } = lm()
    const train = gpu.compile(step, { stepsPerCall: 2 })
    await train.all(batches.slice(0, 2))
    const before = [figuresOf(model), figuresOf(optimizer)]
    const broken = gpu.compile(
      (batch: Batch & { by: Tensor }) => {
        optimizer.zeroGrad()
        crossEntropy(model.forward(batch.x).mul(batch.by), batch.y).backward()
        optimizer.step()
        return []
      },
      { stepsPerCall: 2 },
    )
    const wrong = batches
      .slice(2, 4)
      .map((batch, i) => ({ ...batch, by: tensor(i === 1 ? 1e30 : 1).mul(i === 1 ? 1e30 : 1) }))
    await expect(broken.all(wrong)).rejects.toThrow(
      /Adam: the gradient of a parameter holds NaN or Infinity.* \(in step 2 of the 2 of this call, none of which has changed anything\)/,
    )
    expect([figuresOf(model), figuresOf(optimizer)]).toEqual(before)
    await Promise.all([train.destroy(), broken.destroy()])
  })

  test('an index out of range is refused before anything is run', async () => {
    const { model, step } = lm()
    const train = gpu.compile(step)
    const before = figuresOf(model)
    const x = batches[0].x.mul(1).set([1, 2], symbols)
    await expect(train({ ...batches[0], x })).rejects.toThrow(
      /^Embedding: index 5 is out of range \(want 0 … 4\)$/,
    )
    expect(figuresOf(model)).toEqual(before)
    await train.destroy()
  })

  test('what it gives may be a view, an input, or nothing that was computed', async () => {
    const ones = arange(3)
    const step = gpu.compile((x: Tensor) => ({
      column: x.slice(null, 1),
      back: x,
      all: [x.transpose().sum(0), ones, { none: x.slice([0, 0]).mul(2) }] as const,
    }))
    const { column, back, all } = await step(tensor([[1, 2], [3, 4]])) // biome-ignore format: a matrix
    expect(column.toArray()).toEqual([2, 4])
    expect(back.toArray()).toEqual([[1, 2], [3, 4]]) // biome-ignore format: a matrix
    expect([all[0].toArray(), all[1].toArray(), all[2].none.shape]).toEqual([
      [3, 7],
      [0, 1, 2],
      [0, 2],
    ])
    await step.destroy()
  })
})

describe('what cannot be traced is refused:', () => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await gpuKernels(GPU, { mode: gpuModes[0] })
  })
  afterAll(() => gpu.destroy())
  const w = variable(tensor([1, 2]), { requiresGrad: true })
  const x = tensor([1, 2])
  const sgd = new SGD([w], { lr: 1 })
  const other = Tensor.from(w.value.data, [2, 1])
  const wide = tensor([1], { dtype: 'float64' })
  let kept: Tensor = x
  let count = 0

  const refusals: [string, (x: Tensor) => unknown, RegExp][] = [
    [
      'reading a value',
      (x) => (x.sum().item() > 1 ? x : x.mul(2)),
      /^item: asks for a value that is not there yet, .* \(made by sum at .*gpu-compile\.test\.ts\S*:\d+:\d+\); return it from the step to have it \(at .*gpu-compile\.test\.ts\S*:\d+:\d+\)$/,
    ],
    [
      'getting one',
      (x) => void x.get(0),
      /^get: asks for a value that is not there yet, .* \(an input of the step/,
    ],
    ['its data', (x) => x.data, /^data: asks for a value .*gpu-compile/],
    [
      'reading what the step changes, before',
      () => {
        const first = w.value.data[0]
        w.value.assign(tensor([first, 0]))
      },
      /^data: reads a tensor that the step changes, .* \(at .*gpu-compile\.test\.ts/,
    ],
    [
      'and after',
      () => {
        w.value.assign(tensor([1, 0]))
        w.value.get(0)
      },
      /^get: reads a tensor that the step has changed, .* \(at .*gpu-compile\.test\.ts/,
    ],
    [
      'gradients that are not cleared',
      (x) => {
        w.mul(x).sum().backward()
        sgd.step()
      },
      /^compile: a value of an earlier run of a compiled step \(made by mul at .*gpu-compile\.test\.ts.*zeroGrad\(\) first \(at .*gpu-compile/,
    ],
    [
      'a value kept in a variable',
      (x) => {
        kept = kept.add(x)
      },
      /^compile: a value of an earlier run of a compiled step \(made by add .*a tensor changed in place \(assign\).* \(at .*gpu-compile/,
    ],
    ['a number drawn', () => new Random(1).next(), /^Random: a number is drawn on the host, .*draw a tensor/],
    ['a number given', () => 3 as unknown, /^compile: result wants tensors, .* got 3; make/],
    [
      'a promise',
      async (x) => {
        await undefined
        return x.add(1)
      },
      /^compile: the step is asynchronous: /,
    ],
    ['float64', (x) => x.cast('float64'), /^cast: gpu .* has no float64/],
    [
      'changing float64',
      () => void wide.assign(wide.add(1)),
      /^assign: changes a tensor of float64, which no GPU has: .* \(at .*gpu-compile/,
    ],
    [
      'changing the input',
      (x) => x.slice([0, 1]).fill(0),
      /^assign: the step changes its input, .*: copy it first \(at .*gpu-compile/,
    ],
    [
      'changing one of two tensors in the same memory',
      (x) => {
        w.value.assign(x)
        return other
      },
      /^compile: the step changes a tensor of 2 elements that shares its memory with another, of 2/,
    ],
    [
      'a number that is another each time',
      (x) => x.mul(count++),
      /^compile: the step does not do the same when it is run again: mul 0 the first time, mul 1 the second \(at .*gpu-compile/,
    ],
    [
      'a tensor of such numbers',
      (x) => x.mul(tensor([count++, 1])),
      /^compile: the step does not do the same when it is run again: a tensor the first time, a tensor the second \(at .*gpu-compile/,
    ],
    [
      'an op that is there only sometimes',
      (x) => (count++ === 0 ? x : x.add(1)),
      /^compile: the step does not do the same when it is run again: nothing the first time, add 1 the second/,
    ],
    [
      'results that are there only sometimes',
      (x) => (count++ === 0 ? { x } : { y: x }),
      /^compile: the step does not do the same when it is run again. What changes/,
    ],
    [
      'a tensor kept from the run before',
      () => {
        const former = kept
        kept = zeros([2])
        kept.assign(former)
        return kept
      },
      /^compile: the step does not do the same when it is run again: a tensor the first time, a tensor the second/,
    ],
    [
      'gradients that were there before',
      (x) => {
        if (count++ === 0) w.grad = variable(x.mul(3))
        w.mul(x).sum().backward()
        sgd.step()
        sgd.zeroGrad()
      },
      /^compile: the step does not do the same when it is run again: .*let zeroGrad\(\) come before backward\(\)$/,
    ],
    [
      'the state of an optimiser, loaded',
      () => sgd.loadStateDict(sgd.stateDict()),
      /^SGD\.loadStateDict: a replay would not load it again; .* \(at .*gpu-compile/,
    ],
    [
      'the state of a generator, set',
      () => {
        new Random(1).state = new Random(2).state
      },
      /^Random: its state is set in a step that is being compiled/,
    ],
  ]
  test.each(refusals)('%s', async (_, step, message) => {
    const compiled = gpu.compile(step)
    await expect(compiled(x)).rejects.toThrow(message)
    sgd.zeroGrad()
    kept = x
    count = 0
    // Nothing of it is left behind.
    expect((await gpu.compile((x: Tensor) => x.add(1))(x)).toArray()).toEqual([2, 3])
    expect([w.value, wide].map((t) => t.toArray())).toEqual([[1, 2], [1]])
    expect([w.value, wide].map(({ storage }) => storage.version)).toEqual([0, 0])
  })

  test('operands on a device', async () => {
    const there = tensor([1, 2]).to(gpu)
    await expect(gpu.compile((x: Tensor) => x.add(there))(x)).rejects.toThrow(
      /^add: .*a step that is compiled takes tensors of the host/,
    )
    await expect(gpu.compile(() => there.add(there))(undefined)).rejects.toThrow(
      /^add: .*takes tensors of the host/,
    )
  })

  test('a compiled step in a compiled step', async () => {
    const inner = gpu.compile((x: Tensor) => x.add(1))
    const outer = gpu.compile((x: Tensor) => {
      void inner(x)
      return x
    })
    await expect(outer(x)).rejects.toThrow(
      /^compile: a compiled step is called in a step that is compiled.* \(at /,
    )
  })

  test('options that there are not, and inputs that are no tensors', async () => {
    expect(() => gpu.compile(() => x, { stepsPerCall: 0 })).toThrow(
      /^compile: stepsPerCall is an integer ≥ 1, got 0$/,
    )
    expect(() => gpu.compile(() => x, { steps: 2 } as object)).toThrow(/^compile: .*steps/)
    expect(() => gpu.compile(3 as never)).toThrow(/^compile: wants a function, the step, got 3$/)
    const same = gpu.compile((x: unknown) => x)
    await expect(same({ x: [3] })).rejects.toThrow(/^compile: input\.x\[0\] wants tensors, .* got 3;/)
    await expect(same(tensor([1], { dtype: 'float64' }))).rejects.toThrow(
      /^compile: input \[1\] is of float64, which no GPU has: cast it$/,
    )
    await expect(same([x, { 'a b': w }])).rejects.toThrow(
      /^compile: input\[1\]\["a b"\] is a variable: hand in its value$/,
    )
    await expect(same(x.to(gpu))).rejects.toThrow(
      /^compile: input \[2\] is on gpu \(.*hand in tensors of the host$/,
    )
    await expect(same.all(3 as never)).rejects.toThrow(/^compile: all wants a list of inputs, got 3$/)
  })
})

function expectClose(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length)
  actual.forEach((x, i) => {
    if (!(Math.abs(x - wanted[i]) <= tolerance * Math.max(1, Math.abs(wanted[i]))))
      expect.fail(`number ${i} is ${x}, want ${wanted[i]} within ${tolerance}`)
  })
}

function figuresOf(of: { stateDict(): Record<string, Tensor> }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of.stateDict()).map(([key, { data }]) => [key, [...data]]))
}

function expectStates(actual: Record<string, Tensor>, wanted: Record<string, Tensor>): void {
  expect(Object.keys(actual)).toEqual(Object.keys(wanted))
  for (const [key, { data }] of Object.entries(actual)) expectClose([...data], [...wanted[key].data])
}
