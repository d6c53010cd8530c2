import { type Variable, variable } from '@unroll/autograd'
import {
  Adam,
  accuracy,
  clipGradNorm,
  crossEntropy,
  type EpochRecord,
  evaluate,
  fit,
  Linear,
  LRSchedule,
  type Metric,
  Module,
  mae,
  mse,
  printProgress,
  ReduceLROnPlateau,
  RNN,
  SGD,
  Stateful,
  stepLR,
} from '@unroll/rnn'
import { Random, type Tensor, tensor, UnrollError } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { wrong } from './support/refusals.js'
import {
  type Batch,
  dataset,
  fresh,
  type Options,
  type Recaller,
  recall,
  timeless,
} from './support/training.js'

test('is the loop that one would write', async () => {
  const { model, optimizer, data, rng } = fresh()
  const losses: number[] = []
  for (let epoch = 0; epoch < 3; epoch++) {
    let [sum, count] = [0, 0]
    for (const { x, y } of data.train) {
      const loss = crossEntropy(model.forward(x), y)
      optimizer.zeroGrad()
      loss.backward()
      clipGradNorm(model.parameters(), 0.3)
      optimizer.step()
      sum += loss.item() * x.shape[0]
      count += x.shape[0]
    }
    losses.push(sum / count)
  }
  const other = fresh()
  const { history, reason } = await fit(other.model, other.data, { ...other.options, clip: 0.3 })
  expect(reason).toBe('finished')
  expect(history.map(({ loss }) => loss)).toEqual(losses)
  expect(weightsOf(other.model)).toEqual(weightsOf(model))
  expect(other.rng.state).toEqual(rng.state)
})

test('learns, and says how it went', async () => {
  const run = fresh(1, 40)
  const metrics = { accuracy: accuracy() }
  const { history } = await fit(run.model, run.data, { ...run.options, epochs: 12, metrics })
  expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  const last = history[11]
  expect(last.loss).toBeLessThan(history[0].loss / 2)
  expect(last.validation?.metrics.accuracy).toBeGreaterThan(0.8)
  expect(last).toMatchObject({ lr: 0.05, steps: 10 })
  expect(last.gradientNorm).toBeGreaterThan(0)
  expect(JSON.parse(JSON.stringify(history))).toEqual(history)

  const found = await evaluate(run.model, run.data.validation, { loss: recall, metrics })
  expect(last.validation).toEqual(found)
})

test('each part of the model is put back into the mode that it was in', async () => {
  const { model, data, options } = fresh()
  model.train()
  model.lstm.eval()
  const modes: boolean[] = []
  const loss = (batch: Batch, model: Recaller) => {
    modes.push(model.dropout.training, model.lstm.training)
    return recall(batch, model)
  }
  await fit(model, data, { ...options, loss, epochs: 1 })
  expect(modes).toEqual([true, true, true, true, true, true, false, false])
  const after = [model, model.dropout, model.lstm].map(({ training }) => training)
  expect(after).toEqual([true, true, false])

  await evaluate(model, data.validation, { loss: recall })
  expect([model, model.dropout, model.lstm].map(({ training }) => training)).toEqual(after)
})

test('accumulation takes the steps of one large batch', async () => {
  const { x, y } = dataset(10, 3)
  const trained = async (sizes: number[], accumulate: number) => {
    const { model } = fresh()
    model.dropout.eval()
    let start = 0
    const parts = sizes.map((size) => {
      start += size
      return { x: x.slice([start - size, start]), y: y.slice([start - size, start]) }
    })
    const loss = (batch: Batch, model: Recaller) => {
      model.dropout.eval()
      return recall(batch, model)
    }
    const optimizer = new SGD(model.parameters(), { lr: 0.5 })
    const { history } = await fit(model, { train: parts }, { epochs: 2, optimizer, loss, accumulate })
    return { weights: weightsOf(model), history }
  }
  const whole = await trained([10], 1)
  for (const sizes of [
    [5, 5],
    [4, 4, 2],
    [1, 9],
  ]) {
    const { weights, history } = await trained(sizes, 3)
    expectNear(weights, whole.weights)
    history.forEach(({ loss, gradientNorm, steps }, i) => {
      expect(loss).toBeCloseTo(whole.history[i].loss, 5)
      expect(gradientNorm).toBeCloseTo(whole.history[i].gradientNorm, 5)
      expect(steps).toBe(1)
    })
  }
})

describe('clipping', () => {
  const norms = async (clip: Options['clip']) => {
    const { model, data, options } = fresh()
    const found: number[] = []
    const optimizer = new SGD(model.parameters(), { lr: 0 })
    const step = optimizer.step.bind(optimizer)
    optimizer.step = () => {
      found.push(clipGradNorm(model.parameters(), Number.POSITIVE_INFINITY).item())
      step()
    }
    const { history } = await fit(model, data, { ...options, optimizer, epochs: 1, clip })
    return { found, before: history[0].gradientNorm }
  }

  test('to a norm, to a value, or by a function; the history has the norm before', async () => {
    const free = await norms(undefined)
    const mean = free.found.reduce((a, b) => a + b) / free.found.length
    expect(free.before).toBeCloseTo(mean, 10)
    const byNorm = await norms({ norm: 0.1 })
    for (const norm of byNorm.found) expect(norm).toBeCloseTo(0.1, 4)
    expect(byNorm.before).toBe(free.before)
    expect(await norms(0.1)).toEqual(byNorm)
    const byValue = await norms({ value: 1e-4 })
    for (const norm of byValue.found) expect(norm).toBeLessThan(1e-4 * Math.sqrt(321))
    expect(byValue.before).toBe(free.before)
    const own = await norms((parameters) => clipGradNorm(parameters, 0.1))
    expect(own).toEqual(byNorm)
  })
})

test('a schedule moves after each epoch, or after each step', async () => {
  const rates = async (scheduleEvery: 'epoch' | 'step') => {
    const { model, optimizer, data, options } = fresh()
    const schedule = new LRSchedule(optimizer, stepLR({ stepSize: 2, gamma: 0.1 }))
    const { history } = await fit(model, data, { ...options, optimizer, schedule, scheduleEvery, epochs: 3 })
    return { lr: history.map(({ lr }) => lr), steps: schedule.steps }
  }
  const byEpoch = await rates('epoch')
  expect(byEpoch.steps).toBe(3)
  expect(byEpoch.lr.map((lr) => +lr.toPrecision(6))).toEqual([0.05, 0.05, 0.005])
  const byStep = await rates('step')
  expect(byStep.steps).toBe(9)
  expect(byStep.lr.map((lr) => +lr.toPrecision(6))).toEqual(
    [0.005, 0.00005, 0.000005].map((lr) => +lr.toPrecision(6)),
  )
})

/** A model whose validation losses are as said, epoch by epoch. */
class Scripted extends Module {
  readonly head = new Linear(1, 1, { rng: new Random(1) })
  epoch = 0
}

function scripted(losses: readonly number[], options: Options = {}) {
  const model = new Scripted()
  const seen: number[] = []
  const result = fit(
    model,
    { train: [tensor([[1]])], validation: [tensor([[1]])] },
    {
      epochs: losses.length,
      optimizer: new SGD(model.parameters(), { lr: 0.1 }),
      loss(x: Tensor, { head, epoch, training }: Scripted) {
        const y = head.forward(x)
        const figure = losses[epoch]
        return { loss: training ? mse(y, tensor([[5]])) : variable(tensor(figure)), figure }
      },
      callbacks: {
        onEpoch: () => {
          seen.push(model.head.forward(tensor([[1]])).item())
          model.epoch++
        },
      },
      ...(options as object),
    },
  )
  return result.then((found) => ({ ...found, seen, now: model.head.forward(tensor([[1]])).item() }))
}

describe('early stopping', () => {
  const epochs = async (losses: number[], earlyStopping: NonNullable<Options['earlyStopping']>) => {
    const { history, reason } = await scripted(losses, { earlyStopping })
    return [history.length, reason]
  }

  test('waits so many epochs for a new best', async () => {
    expect(await epochs([3, 2, 2.5, 2.5, 1], { patience: 2 })).toEqual([4, 'stopped early'])
    expect(await epochs([3, 2, 2.5, 2.5, 1], { patience: 3 })).toEqual([5, 'finished'])
    expect(await epochs([3, 2, 2, 1], { patience: 1 })).toEqual([3, 'stopped early'])
  })

  test('little by little is not better, if so said', async () => {
    expect(await epochs([3, 2.9, 2.8, 2.7, 1], { patience: 3, minDelta: 0.25 })).toEqual([5, 'finished'])
    expect(await epochs([3, 2.9, 2.8, 2.7, 1], { patience: 3, minDelta: 0.5 })).toEqual([4, 'stopped early'])
  })

  test('goes by a metric: by what the metric says is better, or what is said', async () => {
    const figure = (better?: 'higher' | 'lower'): Metric<number, { figure?: number }> => ({
      better,
      start: () => 0,
      add: (_, { figure = 0 }) => figure,
      value: (figure) => figure,
    })
    const run = async (better: 'higher' | 'lower' | undefined, mode?: 'min' | 'max') => {
      const metrics = { figure: figure(better) }
      const earlyStopping = { patience: 2, monitor: 'figure', mode }
      return (await scripted([3, 4, 5, 6], { metrics, earlyStopping })).history.length
    }
    expect(await run('higher')).toBe(4)
    expect(await run('lower')).toBe(3)
    expect(await run(undefined, 'max')).toBe(4)
    expect(await run('higher', 'min')).toBe(3)
    await expect(run(undefined)).rejects.toThrow(/^fit: mode is min or max and must be said for figure$/)
  })
})

test('the weights of the best epoch are put back', async () => {
  const { best, seen, now } = await scripted([3, 1, 2, 2], { restoreBest: true })
  expect(best).toEqual({ epoch: 2, value: 1 })
  expect(now).toBe(seen[1])
  expect(now).not.toBe(seen[3])
  const last = await scripted([3, 1, 2, 2])
  expect(last.now).toBe(last.seen[3])
  expect(last.best).toBeUndefined()
  const highest = await scripted([3, 1, 4, 2], { restoreBest: { mode: 'max' } })
  expect(highest.best).toEqual({ epoch: 3, value: 4 })
})

describe('what is not finite', () => {
  const trained = async (loss: (x: Tensor, model: Linear, step: number) => Variable) => {
    const model = new Linear(1, 1, { rng: new Random(1) })
    const optimizer = new Adam(model.parameters(), { lr: 0.1 })
    let step = 0
    let before: object = {}
    const run = fit(
      model,
      { train: [tensor([[1]]), tensor([[2]])] },
      {
        epochs: 3,
        optimizer,
        loss(x: Tensor, model) {
          before = weightsOf(model)
          return loss(x, model, ++step)
        },
      },
    )
    const error: Error = await run.then(
      () => expect.fail('nothing was thrown'),
      (error) => error,
    )
    expect(error).toBeInstanceOf(UnrollError)
    expect(weightsOf(model)).toEqual(before)
    expect(model.parameters().every((p) => p.grad === undefined)).toBe(true)
    return error.message
  }

  test('a loss: where, and which', async () => {
    const message = await trained((x, model, step) =>
      model
        .forward(x)
        .sum()
        .mul(step === 4 ? Number.NaN : 1),
    )
    expect(message).toMatch(
      /^fit: the loss is NaN in epoch 2, batch 2; the weights are as they were before that step/,
    )
  })

  test('a gradient, of a loss that is finite', async () => {
    // √y at y = 0 is 0, and its slope is infinite.
    const message = await trained((x, model, step) => {
      const y = model.forward(x).sum()
      return step === 3 ? y.sub(y.detach()).sqrt() : y
    })
    expect(message).toMatch(
      /^fit: the norm of the gradient is (Infinity|NaN) in epoch 2, batch 1; the weights/,
    )
  })

  test('a figure on the validation data', async () => {
    await expect(scripted([1, Number.NaN])).rejects.toThrow(
      /^fit: the loss on the validation data in epoch 2 is NaN$/,
    )
  })
})

describe('callbacks', () => {
  test('are told of everything, in order, and waited for', async () => {
    const run = fresh()
    const told: string[] = []
    const later = () => new Promise((resolve) => setTimeout(resolve, 1))
    const record = {
      onStart: () => void told.push('start'),
      onEpochStart: async ({ epoch }: { epoch: number }) => {
        await later()
        told.push(`epoch ${epoch}`)
      },
      onBatch: async ({ batch, batches, epochs }: { batch: number; batches?: number; epochs: number }) => {
        await later()
        told.push(`batch ${batch}/${batches} of ${epochs}`)
      },
      onEpoch: ({ epoch, loss }: EpochRecord) => void told.push(`done ${epoch} ${loss > 0}`),
      onEnd: ({ reason }: { reason: string }) => void told.push(reason),
    }
    await fit(run.model, run.data, { ...run.options, epochs: 2, callbacks: [record, {}] })
    const batches = (of: string) => [1, 2, 3].map((batch) => `batch ${batch}/${of} of 2`)
    expect(told).toEqual([
      ...['start', 'epoch 1', ...batches('undefined'), 'done 1 true'],
      ...['epoch 2', ...batches('3'), 'done 2 true', 'finished'],
    ])
  })

  test('see how far the run is', async () => {
    const run = fresh()
    const etas: (number | undefined)[] = []
    const losses: number[] = []
    const train = [...run.data.train]
    const { history } = await fit(
      run.model,
      { train },
      {
        ...run.options,
        epochs: 1,
        metrics: { accuracy: accuracy() },
        callbacks: {
          onBatch({ eta, loss, batchLoss, metrics, batches }) {
            etas.push(eta)
            losses.push(batchLoss)
            expect(batches).toBe(3)
            expect(metrics.accuracy).toBeGreaterThanOrEqual(0)
            if (losses.length === 1) expect(loss).toBeCloseTo(batchLoss, 12)
          },
        },
      },
    )
    expect(etas[0]).toBeGreaterThan(0)
    expect(etas[2]).toBe(0)
    expect((4 * losses[0] + 4 * losses[1] + 2 * losses[2]) / 10).toBeCloseTo(history[0].loss, 12)
  })

  test('printProgress prints a line an epoch', async () => {
    const run = fresh()
    const lines: string[] = []
    const callbacks = printProgress((line) => lines.push(line))
    await fit(run.model, run.data, {
      ...run.options,
      epochs: 2,
      callbacks,
      metrics: { accuracy: accuracy() },
      restoreBest: true,
    })
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(
      /^epoch 1\/2 {2}loss \d\.\d{4} {2}accuracy \d\.\d{4} \| validation loss \d\.\d{4} {2}accuracy \d\.\d{4} \| \d\.\d s, \d+\.\d s left$/,
    )
    expect(lines[1]).toMatch(/^epoch 2\/2 .* s$/)
    expect(lines[2]).toMatch(/^best: epoch \d, \d\.\d{4}$/)
  })

  test('what one throws ends the run, and the model is left in order', async () => {
    const { model, data, options } = fresh()
    model.eval()
    const callbacks = {
      onBatch() {
        throw new Error('enough')
      },
    }
    await expect(fit(model, data, { ...options, callbacks })).rejects.toThrow(/^enough$/)
    expect(model.training).toBe(false)
    expect(model.parameters().every((p) => p.grad === undefined)).toBe(true)
  })
})

test('the event loop has its turns, so that a timer can stop a run', async () => {
  const run = fresh()
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 60)
  const { reason, history } = await fit(run.model, run.data, {
    ...run.options,
    epochs: 1e9,
    signal: controller.signal,
  })
  expect(reason).toBe('aborted')
  expect(history.length).toBeLessThan(1e9)
})

test('data may come asynchronously', async () => {
  const plain = fresh()
  const wanted = await fit(plain.model, plain.data, plain.options)
  const run = fresh()
  const { train } = run.data
  const later = {
    async *[Symbol.asyncIterator]() {
      for (const batch of train) {
        await Promise.resolve()
        yield batch
      }
    },
  }
  const { history } = await fit(run.model, { ...run.data, train: later }, run.options)
  expect(timeless(history)).toEqual(timeless(wanted.history))
})

test('what Stateful layers carry is that of the training data: others begin with zeros, and change nothing', async () => {
  class Stream extends Module {
    readonly layer = new Stateful(new RNN(1, 4, { rng: new Random(1) }))
    readonly head = new Linear(4, 1, { rng: new Random(2) })
  }
  const piecesOf = (batch: number) =>
    [0, 1, 2].map((seed) => ({ x: new Random(seed + batch).normal([batch, 3, 1]) }))
  const loss = ({ x }: { x: Tensor }, { layer, head }: Stream) => mse(head.forward(layer.forward(x)), x)
  const run = async (validation?: { x: Tensor }[]) => {
    const model = new Stream()
    const options = { epochs: 2, optimizer: new SGD(model.parameters(), { lr: 0.1 }), loss }
    const { history } = await fit(model, { train: piecesOf(2), validation }, options)
    return { model, history }
  }
  const [without, beside] = [await run(), await run(piecesOf(5))]
  expect(weightsOf(beside.model)).toEqual(weightsOf(without.model))
  const carried = beside.model.layer.state?.h.toArray()
  const again = await evaluate(beside.model, piecesOf(5), { loss })
  expect(again.loss).toBe(beside.history[1].validation?.loss)
  expect(beside.model.layer.state?.h.toArray()).toEqual(carried)
})

describe('refused', () => {
  const refusals: [string, (run: ReturnType<typeof fresh>) => Promise<unknown>, RegExp][] = [
    [
      'no model',
      (run) => fit(wrong(), run.data, run.options),
      /^fit: wants a Module to train, got undefined$/,
    ],
    [
      'no optimiser',
      (run) => fit(run.model, run.data, { ...run.options, optimizer: wrong() }),
      /^fit: wants \{ optimizer \}, got undefined$/,
    ],
    ['no options', (run) => fit(run.model, run.data, wrong()), /^fit: wants \{ optimizer \}, got undefined$/],
    [
      'an optimiser of another model',
      (run) => fit(run.model, run.data, { ...run.options, optimizer: fresh().optimizer }),
      /^fit: the optimizer trains a parameter that is not in the model; put all into one Module$/,
    ],
    [
      'no training data',
      (run) => fit(run.model, wrong({}), run.options),
      /^fit: wants \{ train \} as something to go over, such as a list of batches, got undefined$/,
    ],
    [
      'validation data that are none',
      (run) => fit(run.model, { ...run.data, validation: wrong(3) }, run.options),
      /^fit: wants \{ validation \} as something to go over, .* got 3$/,
    ],
    [
      'no loss',
      (run) => fit(run.model, run.data, { ...run.options, loss: wrong() }),
      /^fit: wants a loss function, got undefined$/,
    ],
    [
      'no epochs',
      (run) => fit(run.model, run.data, { ...run.options, epochs: 0 }),
      /^fit: epochs is a positive integer, got 0$/,
    ],
    [
      'half an accumulation',
      (run) => fit(run.model, run.data, { ...run.options, accumulate: 0.5 }),
      /^fit: accumulate is a positive integer, got 0.5$/,
    ],
    [
      'no batches',
      (run) => fit(run.model, { train: [] }, run.options),
      /^fit: the training data gave no batches in epoch 1; they must begin anew each time they are gone over$/,
    ],
    [
      'a generator, which can be gone over once only',
      (run) => fit(run.model, { train: run.data.train[Symbol.iterator]() }, run.options),
      /^fit: the training data gave no batches in epoch 2/,
    ],
    [
      'no batches to validate on',
      (run) => fit(run.model, { ...run.data, validation: [] }, run.options),
      /^evaluate: the data gave no batches; they must begin anew each time they are gone over$/,
    ],
    [
      'a loss that is a number',
      (run) => fit(run.model, run.data, { ...run.options, loss: wrong(() => 1) }),
      /^fit: wants a loss function that gives a Variable, or \{ loss \} with one, got 1$/,
    ],
    [
      'losses',
      (run) => fit(run.model, run.data, { ...run.options, loss: () => variable([1, 2]) }),
      /^fit: wants a loss of one number, got \[2\]$/,
    ],
    [
      'a count of nothing',
      (run) => fit(run.model, run.data, { ...run.options, loss: (b, m) => ({ ...recall(b, m), count: 0 }) }),
      /^fit: count is a number above 0, got 0$/,
    ],
    [
      'a metric with nothing to look at',
      (run) =>
        fit(run.model, run.data, {
          ...run.options,
          loss: (b, m) => recall(b, m).loss,
          metrics: { accuracy: accuracy() },
        }),
      /^fit: metric accuracy has nothing to look at: let the loss function give \{ loss, prediction, target \}$/,
    ],
    [
      'a metric that is not there',
      (run) => fit(run.model, run.data, { ...run.options, earlyStopping: { patience: 1, monitor: 'f1' } }),
      /^fit: monitor is one of loss, got f1$/,
    ],
    [
      'no patience',
      (run) => fit(run.model, run.data, { ...run.options, earlyStopping: { patience: 0 } }),
      /^fit: patience is a positive integer, got 0$/,
    ],
    [
      'a negative minDelta',
      (run) => fit(run.model, run.data, { ...run.options, earlyStopping: { patience: 1, minDelta: -1 } }),
      /^fit: minDelta is a number ≥ 0, got -1$/,
    ],
    [
      'an unknown pace of the schedule',
      (run) => fit(run.model, run.data, { ...run.options, scheduleEvery: wrong('batch') }),
      /^fit: scheduleEvery is epoch or step, got batch$/,
    ],
    [
      'a seed in the place of a generator',
      (run) => fit(run.model, run.data, { ...run.options, rng: wrong(1) }),
      /^fit: wants rng as a Random or a list of them, got 1$/,
    ],
    [
      'clipping by what says nothing',
      (run) => fit(run.model, run.data, { ...run.options, clip: wrong({ max: 1 }) }),
      /^fit: clip is a number ≥ 0, \{ norm \} or \{ value \} with one, or a function, got Object$/,
    ],
    ...mistaken('an option misspelt', { earlyStoping: {} }, /earlyStoping: did you mean earlyStopping\?$/),
    ...mistaken('one within', { earlyStopping: { patience: 1, delta: 1 } }, /has no option delta/),
    ...mistaken(
      'a best by a name',
      { restoreBest: 'accuracy' },
      /restoreBest is true, false or .* got string$/,
    ),
    ...mistaken('metrics in a list', { metrics: [mae()] }, /wants metrics by name, .* got an array$/),
    ...mistaken(
      'a metric uncalled',
      { metrics: { mae } },
      /metric mae is one such as accuracy\(\) gives, got/,
    ),
    ...mistaken('a metric named loss', { metrics: { loss: mae() } }, /the name loss is that of the loss/),
    ...mistaken('callbacks uncalled', { callbacks: printProgress }, /wants callbacks as .* got function$/),
    ...mistaken('callbacks of Keras', { callbacks: [{ onEpochEnd() {} }] }, /has no option onEpochEnd/),
    ...mistaken('what cannot be called', { callbacks: { onEpoch: 1 } }, /onEpoch is a function, got 1$/),
    ...mistaken('a controller', { signal: new AbortController() }, /controller.signal, got AbortController$/),
    ...mistaken('a path', { checkpoint: 'file' }, /checkpoint is a function .* got string$/),
    ...mistaken('a formula', { schedule: stepLR({ stepSize: 1 }) }, /new LRSchedule\(.* got function$/),
    ...mistaken(
      'both ways to clip',
      { clip: { norm: 1, value: 1 } },
      /by norm or by value, got { norm, value }$/,
    ),
    ...mistaken(
      'a metric that no checkpoint can hold',
      { metrics: { least: { ...mae(), start: () => Number.POSITIVE_INFINITY } }, checkpoint() {} },
      /what a checkpoint is to hold of metric least is Infinity$/,
    ),
    [
      'validation data by another name',
      (run) => fit(run.model, wrong({ train: run.data.train, val: run.data.validation }), run.options),
      /^fit: has no option val \(it has train, validation\)$/,
    ],
    [
      'a schedule of another optimiser',
      (run) =>
        fit(run.model, run.data, {
          ...run.options,
          schedule: new LRSchedule(fresh().optimizer, stepLR({ stepSize: 1 })),
        }),
      /^fit: the schedule moves the learning rate of another optimizer/,
    ],
    [
      'a plateau at every step',
      (run) =>
        fit(run.model, run.data, {
          ...run.options,
          schedule: new ReduceLROnPlateau(run.optimizer),
          scheduleEvery: 'step',
        }),
      /^fit: ReduceLROnPlateau goes by the figure of an epoch/,
    ],
    [
      'a plateau that takes more for worse',
      (run) =>
        fit(run.model, run.data, {
          ...run.options,
          schedule: new ReduceLROnPlateau(run.optimizer),
          metrics: { accuracy: accuracy() },
          earlyStopping: { patience: 1, monitor: 'accuracy' },
        }),
      /^fit: ReduceLROnPlateau has mode min, but is told accuracy .* mode max is better$/,
    ],
  ]

  /** What the types forbid. */
  function mistaken(what: string, options: object, message: RegExp): typeof refusals {
    return [[what, (run) => fit(run.model, run.data, { ...run.options, ...options }), message]]
  }

  test.each(refusals)('%s', async (_, call, message) => {
    const error = await call(fresh()).then(
      () => expect.fail('it was not refused'),
      (error) => error,
    )
    expect(error).toBeInstanceOf(UnrollError)
    expect(error.message).toMatch(message)
  })
})

function weightsOf(model: Module): Record<string, number[]> {
  return Object.fromEntries(Object.entries(model.stateDict()).map(([key, { data }]) => [key, [...data]]))
}

function expectNear(weights: Record<string, number[]>, wanted: Record<string, number[]>): void {
  for (const [key, values] of Object.entries(weights))
    values.forEach((value, i) => void expect(value).toBeCloseTo(wanted[key][i], 5))
}
