import {
  Adagrad,
  Adam,
  AdamW,
  AMSGrad,
  accuracy,
  clipGradNorm,
  crossEntropy,
  evaluate,
  fetchState,
  fit,
  Linear,
  type Module,
  type Optimizer,
  RMSprop,
  readCheckpoint,
  SGD,
} from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { fakeDevice } from './support/fake-device.js'
import { expectClose, own, valuesOf } from './support/own.js'
import { type Batch, dataset, Recaller, Shuffled } from './support/training.js'

const device = fakeDevice()

function there({ x, y }: Batch): Batch {
  return { x: own(x).to(device), y: own(y).to(device) }
}

const optimizers: readonly [string, (model: Module) => Optimizer][] = [
  ['SGD', (m) => new SGD(m.parameters(), { lr: 0.5 })],
  ['SGD with damped momentum', (m) => new SGD(m.parameters(), { lr: 0.1, momentum: 0.9, dampening: 0.5 })],
  ['SGD with Nesterov’s', (m) => new SGD(m.parameters(), { lr: 0.1, momentum: 0.9, nesterov: true })],
  ['Adam', (m) => new Adam(m.parameters(), { lr: 0.05 })],
  ['AdamW', (m) => new AdamW(m.parameters(), { lr: 0.05 })],
  ['AMSGrad', (m) => new AMSGrad(m.parameters(), { lr: 0.05 })],
  ['RMSprop', (m) => new RMSprop(m.parameters(), { centered: true, momentum: 0.5, eps: 1e-3 })],
  ['Adagrad', (m) => new Adagrad(m.parameters(), { lr: 0.1, lrDecay: 0.1, initialAccumulatorValue: 0.1 })],
]

describe.each(optimizers)('%s', (_, make) => {
  test('trains on a device as on the host', async () => {
    const data = dataset(12, 3)
    const [host, moved] = [new Recaller(new Random(1)), new Recaller(new Random(1))]
    const [a, b] = [make(host), make(moved)]
    const train = (model: Recaller, optimizer: Optimizer, { x, y }: Batch) => {
      const loss = crossEntropy(model.forward(x), y)
      optimizer.zeroGrad()
      loss.backward()
      const norm = clipGradNorm(model.parameters(), 0.5, { errorIfNonfinite: true })
      optimizer.step()
      return [loss.value, norm]
    }
    // The first steps are done on the host: what is remembered of them goes along.
    for (let step = 0; step < 2; step++) train(moved, b, data)
    moved.to(device)
    const distant = there(data)
    const losses: number[][] = []
    for (let step = 0; step < 6; step++) {
      const wanted = train(host, a, data).map((x) => x.item())
      losses.push(wanted)
      if (step < 2) continue
      const got = train(moved, b, distant)
      expect(got.every((x) => x.device === device)).toBe(true)
      expectClose([(await got[0].read())[0], (await got[1].read())[0]], wanted)
    }
    expectClose(await valuesOf(moved), await valuesOf(host))
    const [memory, wanted] = [await fetchState(b.stateDict()), a.stateDict()]
    expect(Object.keys(memory)).toEqual(Object.keys(wanted))
    for (const [key, { data }] of Object.entries(wanted)) expectClose(memory[key].data, data)

    // And back.
    await moved.toHost()
    await b.toHost()
    train(host, a, data)
    train(moved, b, data)
    expectClose(await valuesOf(moved), await valuesOf(host))
  })

  test('goes on from a state of the host, on a device, and the other way round', async () => {
    const data = dataset(6, 4)
    const model = new Recaller(new Random(2)).eval()
    const step = (optimizer: Optimizer, { x, y }: Batch) => {
      optimizer.zeroGrad()
      crossEntropy(model.forward(x), y).backward()
      optimizer.step()
    }
    const first = make(model)
    step(first, data)
    const [weights, memory] = [model.stateDict(), first.stateDict()]
    step(first, data)
    const wanted = await valuesOf(model)

    model.to(device)
    model.loadStateDict(weights)
    const second = make(model)
    second.loadStateDict(memory)
    step(second, there(data))
    expectClose(await valuesOf(model), wanted)

    const further = second.stateDict()
    step(second, there(data))
    const next = await valuesOf(model)
    await model.toHost()
    model.loadStateDict({ ...weights })
    expect(() => model.loadStateDict(new Recaller(new Random(2)).to(device).stateDict())).toThrow(
      /^loadStateDict: the state is on fake, and Recaller on the host: await fetchState\(state\) first$/,
    )
    const third = make(model)
    third.loadStateDict(memory)
    step(third, data)
    third.loadStateDict(await fetchState(further))
    step(third, data)
    expectClose(await valuesOf(model), next)
  })
})

test('what an optimiser remembers is not looked for on the host while it is on a device', async () => {
  const model = new Linear(2, 1, { rng: new Random(1) }).to(device)
  const optimizer = new Adam(model.parameters())
  const step = (x: Tensor) => {
    optimizer.zeroGrad()
    model.forward(x).sum().backward()
    optimizer.step()
  }
  step(own(tensor([[1, 2]])).to(device))
  await model.toHost()
  expect(() => step(tensor([[1, 2]]))).toThrow(
    /^Optimizer.step: what it remembers of a parameter \[1, 2\] is on fake, and the parameter on the host: await optimizer.toHost\(\)$/,
  )
})

describe('fit on a device', () => {
  const [x, y] = [dataset(24, 5).x, dataset(24, 5).y]
  const options = (model: Recaller, to: (b: Batch) => Batch, more = {}) => ({
    epochs: 2,
    optimizer: new Adam(model.parameters(), { lr: 0.02 }),
    loss: (batch: Batch, m: Recaller) => {
      const { x, y } = to(batch)
      const prediction = m.forward(x)
      return { loss: crossEntropy(prediction, y), prediction, target: y }
    },
    clip: 0.5,
    metrics: { accuracy: accuracy() },
    restoreBest: true,
    ...more,
  })
  const data = () => ({ train: new Shuffled({ x, y }, 6, new Random(2)), validation: [{ x, y }] })

  test('goes as on the host, and on from a checkpoint', async () => {
    const [host, moved] = [new Recaller(new Random(1)), new Recaller(new Random(1)).to(device)]
    const wanted = await fit(
      host,
      data(),
      options(host, (b) => b, { accumulate: 2 }),
    )
    let bytes = new Uint8Array()
    const first = await fit(
      moved,
      data(),
      options(moved, there, {
        accumulate: 2,
        epochs: 1,
        checkpoint: (b: Uint8Array<ArrayBuffer>) => (bytes = b),
      }),
    )
    expect(first.history[0].loss).toBeCloseTo(wanted.history[0].loss, 4)
    expect(Object.keys(readCheckpoint(bytes).weights).sort()).toEqual(Object.keys(host.stateDict()).sort())

    const resumed = new Recaller(new Random(9)).to(device)
    const { history } = await fit(resumed, data(), options(resumed, there, { accumulate: 2, resume: bytes }))
    for (const [k, record] of history.entries()) {
      const figures = [record.loss, record.gradientNorm, record.validation?.loss ?? 0]
      const { loss, gradientNorm, validation } = wanted.history[k]
      expectClose(figures, [loss, gradientNorm, validation?.loss ?? 0])
      expect(record.metrics).toEqual(wanted.history[k].metrics)
    }
    expectClose(await valuesOf(resumed), await valuesOf(host))
    const judge = (model: Recaller, to: (b: Batch) => Batch) => {
      const { loss, metrics } = options(model, to)
      return evaluate(model, [{ x, y }], { loss, metrics })
    }
    const [got, same] = [await judge(resumed, there), await judge(host, (b) => b)]
    expect(got.loss).toBeCloseTo(same.loss, 4)
    expect(got.metrics).toEqual(same.metrics)
  })

  test('stops at a loss that is not finite', async () => {
    const model = new Recaller(new Random(1)).to(device)
    const before = await valuesOf(model)
    const loss = (b: Batch, m: Recaller) => crossEntropy(m.forward(there(b).x), there(b).y).mul(Number.NaN)
    await expect(fit(model, data(), { ...options(model, there), loss } as never)).rejects.toThrow(
      /^fit: the loss is NaN in epoch 1, batch 1/,
    )
    expect(await valuesOf(model)).toEqual(before)
  })
})
