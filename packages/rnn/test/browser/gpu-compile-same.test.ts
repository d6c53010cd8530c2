import { checkpoint, type Variable, variable } from '@unroll/autograd'
import {
  Adam,
  accumulate,
  clipGradAdaptive,
  crossEntropy,
  Dropout,
  GRU,
  GRUCell,
  Linear,
  LRSchedule,
  Recurrent,
  Sequential,
  SGD,
  VariationalDropout,
  Zoneout,
} from '@unroll/rnn'
import { arange, copy, eye, oneHot, Random, Tensor, tensor, zeros } from '@unroll/tensor'
import { type GpuKernels, gpuKernels } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gpuModes } from '../support/gpu-modes.js'

/** A step that is new each time that it is made, and what it changes. */
interface Case {
  readonly step: (x: Tensor) => unknown
  readonly state?: () => unknown
  /** What is done between the calls. */
  readonly between?: (call: number) => void
}

const cases: Record<string, () => Case> = {
  'a tensor that the step makes, and changes in place, is a new one in every step': () => ({
    step(x) {
      const [sum, scale, diagonal] = [zeros([2]), tensor([1, 2]), eye(2)]
      sum.assign(sum.add(x))
      scale.set([0], 3)
      scale.assign(scale.mul(x))
      diagonal.slice(0).assign(x)
      return [sum, scale.mul(1), diagonal, oneHot(tensor([1], { dtype: 'int32' }), 2).fill(4)]
    },
  }),
  'parts of a tensor': () => {
    const a = zeros([2, 3])
    return {
      step(x) {
        a.slice(null, 1).assign(x)
        a.set([0, 2], 4)
        a.transpose().slice(0).fill(9)
        return a
      },
      state: () => a,
    }
  },
  'two tensors that change places, one that moves along itself': () => {
    const [a, b, c] = [tensor([1, 2]), tensor([3, 4]), arange(5)]
    return {
      step(x) {
        const former = a.mul(1)
        a.assign(b.add(x))
        b.assign(former)
        c.slice([1]).assign(c.slice([0, -1]))
        return [a, b]
      },
      state: () => [a, b, c],
    }
  },
  'ints, bools, scalars, and nothing': () => {
    const [n, f, s, none] = [zeros([2], { dtype: 'int32' }), tensor([true, false]), zeros([]), zeros([0, 3])]
    return {
      step(x) {
        n.assign(n.add(x.cast('int32')))
        f.assign(n.greater(3))
        s.assign(s.add(1))
        none.assign(none.add(1))
        return { n, f, s, none, sum: none.sum(0), nothing: undefined }
      },
      state: () => [n, f, s, none],
    }
  },
  'an index that the step works out': () => {
    const [next, at] = [tensor([1, 2, 0], { dtype: 'int32' }), zeros([1], { dtype: 'int32' })]
    return {
      step: () => at.assign(next.gather(0, at)),
      state: () => at,
    }
  },
  'a copy of the input, and of a parameter, changed in place': () => {
    const w = tensor([5, 6])
    return {
      step(x) {
        const [y, z] = [copy(x), copy(w)]
        y.set([0], 9)
        z.assign(z.add(y))
        w.assign(x)
        return [x, y, z, copy(y).fill(1), w]
      },
      state: () => w,
    }
  },
  'one tensor given several times': () => ({
    step(x) {
      const y = x.mul(2)
      return { y, again: y, view: y.reshape([2, 1]), x, same: x }
    },
  }),
  'a generator that the step makes': () => ({ step: (x) => x.add(new Random(3).normal([2])) }),
  'a generator that the host draws from as well': () => {
    const rng = new Random(4)
    return { step: (x) => x.add(rng.normal([2])), between: () => rng.next() }
  },
  'a number that was made a tensor, and changes': () => {
    const by = Tensor.fromNumber(2, 'float32')
    return { step: (x) => x.mul(by), between: () => by.fill(by.item() + 1) }
  },
  'a tensor of float64 that the step only reads': () => {
    const by = tensor([2], { dtype: 'float64' })
    return { step: (x) => x.mul(by.cast('float32')), between: () => by.fill(by.item() + 1) }
  },
  'evaluation after training, and back': () => {
    const drop = new Dropout(0.5, { rng: new Random(1) })
    return { step: (x) => drop.forward(x), between: (call) => void drop.train(call % 2 === 1) }
  },
  'an optimiser that the step makes': () => {
    const w = variable(tensor([1, 2]), { requiresGrad: true })
    return {
      step(x) {
        const adam = new Adam([w], { lr: 0.1 })
        adam.zeroGrad()
        w.mul(x).square().sum().backward()
        adam.step()
        return w
      },
    }
  },
  'evaluation in the middle of a step, masks that last for a sequence': () => {
    const rng = new Random(5)
    const drop = new Dropout(0.5, { rng })
    const cell = new VariationalDropout(new GRUCell(1, 2, { rng }), { input: 0.5, hidden: 0.5, rng })
    const layer = new Recurrent(1, () => cell)
    return {
      step(x) {
        drop.eval()
        const y = drop.forward(x)
        drop.train()
        const [output] = layer.forward(drop.forward(y).reshape([1, 2, 1]))
        return [y, output]
      },
    }
  },
  'wrapped cells, in training and not': () => {
    const rng = new Random(8)
    const cell = new Zoneout(new GRUCell(1, 2, { rng }), { h: 0.5 }, { rng })
    const layer = new Recurrent(1, () => new VariationalDropout(cell, { input: 0.5, rng }))
    return {
      step(x) {
        layer.zeroGrad()
        const [output] = layer.forward(x.reshape([1, 2, 1]))
        output.square().sum().backward()
        return [output, ...layer.parameters().map((p) => p.grad as Variable)]
      },
      between(call) {
        layer.zeroGrad()
        layer.train(call % 2 === 1)
      },
    }
  },
  'parameters that are frozen, and freed again': () => {
    const model = new Sequential(
      new Linear(2, 2, { rng: new Random(1) }),
      new Linear(2, 1, { rng: new Random(2) }),
    )
    const sgd = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9 })
    return {
      step(x) {
        const loss = model
          .forward(x.reshape([1, 2]))
          .square()
          .sum()
        model.zeroGrad()
        loss.backward()
        sgd.step()
        return loss
      },
      state: () => [model.stateDict(), sgd.stateDict()],
      between(call) {
        model.zeroGrad()
        for (const p of model.parameters().slice(0, 2)) p.requiresGrad = call % 2 === 1
      },
    }
  },
  'parameters that are added': () => {
    const [first, second] = [1, 2].map((seed) => new Linear(2, 2, { rng: new Random(seed) }))
    const adam = new Adam(first.parameters(), { lr: 0.1 })
    return {
      step(x) {
        const loss = second
          .forward(first.forward(x.reshape([1, 2])))
          .square()
          .sum()
        first.zeroGrad()
        second.zeroGrad()
        loss.backward()
        adam.step()
        return loss
      },
      state: () => [first.stateDict(), second.stateDict()],
      between: (call) => call === 0 && adam.addGroup({ parameters: second.parameters(), lr: 0.5 }),
    }
  },
  'two gradients added up, two optimisers, a schedule': () => {
    const w = variable(tensor([1, 2]), { requiresGrad: true })
    const v = variable(w.value.reshape([2, 1]), { requiresGrad: true }) // in the memory of w
    const [adam, sgd] = [new Adam([w], { lr: 0.1 }), new SGD([v], { lr: 0.05, momentum: 0.9 })]
    const schedule = new LRSchedule(adam, (base, t) => base / (1 + t))
    return {
      step(x) {
        adam.zeroGrad()
        sgd.zeroGrad()
        w.mul(x)
          .add(v.reshape([2]))
          .square()
          .sum()
          .backward()
        w.mul(x).sum().backward()
        adam.step()
        sgd.step()
        schedule.step()
        return [w, v.grad as Variable]
      },
      state: () => [w, v, adam.stateDict(), sgd.stateDict()],
    }
  },
  'gradients of gradients, hooks, and gradients kept': () => {
    const w = variable(tensor([1.5, 2]), { requiresGrad: true })
    w.onGrad((g) => g.mul(2))
    return {
      step(x) {
        w.zeroGrad()
        const cube = w.mul(w).mul(w).retainGrad()
        cube.mul(x).sum().backward(undefined, { createGraph: true })
        const slope = w.grad as Variable
        w.zeroGrad()
        slope.square().sum().backward()
        const dw = (w.grad as Variable).value
        w.value.assign(w.value.sub(dw.mul(1e-4)))
        return [dw, cube.grad as Variable]
      },
      state: () => w,
    }
  },
  'a checkpoint, and masks that are drawn in it': () => {
    const rng = new Random(6)
    const [linear, drop] = [new Linear(2, 2, { rng }), new Dropout(0.5, { rng })]
    return {
      step(x) {
        linear.zeroGrad()
        const [y] = checkpoint(() => [drop.forward(linear.forward(x.reshape([1, 2]))).square()], { rng })
        y.sum().backward()
        return linear.parameters().map((p) => p.grad as Variable)
      },
    }
  },
  'a batch in parts, clipped by the size of the weights': () => {
    const w = variable(tensor([[1, 2], [3, 4]]), { requiresGrad: true }) // biome-ignore format: a matrix
    const sgd = new SGD([w], { lr: 0.1 })
    return {
      step(x) {
        sgd.zeroGrad()
        const loss = accumulate([x, x.mul(2)], (part) => w.mul(part).square().sum())
        clipGradAdaptive([w], { clipFactor: 0.1 })
        sgd.step()
        return loss.cast('float32')
      },
      state: () => w,
    }
  },
  'a gradient that the host gives': () => {
    const w = variable(tensor([1, 2]), { requiresGrad: true })
    const sgd = new SGD([w], { lr: 0.1 })
    return {
      step() {
        w.grad = variable(tensor([1, -1]))
        sgd.step()
      },
      state: () => w,
    }
  },
  'sequences of several lengths, targets that do not count': () => {
    const [gru, head] = [new GRU(1, 3, { rng: new Random(1) }), new Linear(3, 2, { rng: new Random(2) })]
    const adam = new Adam([...gru.parameters(), ...head.parameters()], { lr: 0.1 })
    const target = tensor([[0, -1], [1, 0]], { dtype: 'int32' }) // biome-ignore format: a matrix
    return {
      step(x) {
        adam.zeroGrad()
        const [y] = gru.forward(x.reshape([2, 1, 1]).expand([2, 2, 1]), undefined, { lengths: [1, 2] })
        const loss = crossEntropy(head.forward(y), target, { ignoreIndex: -1 })
        loss.backward()
        adam.step()
        return loss
      },
      state: () => [gru.stateDict(), head.stateDict()],
    }
  },
}

describe.each(gpuModes)('compiled for %s, a step does what it does:', (mode) => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await gpuKernels(GPU, { mode })
  })
  afterAll(() => gpu.destroy())

  test.each(Object.entries(cases))('%s', async (_, make) => {
    const inputs = [tensor([1, 2]), tensor([3, -1]), tensor([0.5, 2]), tensor([-1, 1])]
    const [plain, single] = [make(), make()]
    const results: unknown[] = []
    const compiled = gpu.compile(single.step)
    for (const [call, x] of inputs.entries()) {
      results.push(figuresOf(plain.step(x)))
      expectClose(figuresOf(await compiled(x)), results[call])
      expectClose(figuresOf(single.state?.()), figuresOf(plain.state?.()))
      for (const one of [plain, single]) one.between?.(call)
    }
    await compiled.destroy()
    if (plain.between) return
    const several = make()
    const all = gpu.compile(several.step, { stepsPerCall: 3 })
    expectClose(figuresOf(await all.all(inputs)), results)
    expectClose(figuresOf(several.state?.()), figuresOf(plain.state?.()))
    await all.destroy()
  })
})

function figuresOf(tree: unknown): unknown {
  if (tree === undefined) return undefined
  if (tree instanceof Tensor) return tree.cast('float32').toArray()
  if (Array.isArray(tree)) return tree.map(figuresOf)
  const { value } = tree as { value?: unknown }
  if (value instanceof Tensor) return figuresOf(value)
  return Object.entries(tree as object).map(([key, part]) => [key, figuresOf(part)])
}

function expectClose(actual: unknown, wanted: unknown): void {
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    expect(actual.length).toBe(wanted.length)
    wanted.forEach((part, i) => void expectClose(actual[i], part))
  } else if (typeof wanted === 'number') expect(actual).toBeCloseTo(wanted, 4)
  else expect(actual).toEqual(wanted)
}
