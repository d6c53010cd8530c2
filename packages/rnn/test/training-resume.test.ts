import type { variable } from '@unroll/autograd'
import {
  Adam,
  accuracy,
  batches,
  confusionMatrix,
  exponentialLR,
  type FitOptions,
  f1,
  fit,
  Linear,
  LRSchedule,
  type Metric,
  Module,
  mse,
  type Outcome,
  ReduceLROnPlateau,
  RNN,
  SGD,
  Stateful,
} from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import {
  type Batch,
  contentsOf,
  dataset,
  fresh,
  type Options,
  type Recaller,
  recall,
  Shuffled,
  timeless,
} from './support/training.js'

type Setup = Omit<ReturnType<typeof fresh>, 'data' | 'options'> & {
  data: { train: Iterable<Batch>; validation: Iterable<Batch> }
  options: FitOptions<Batch, Recaller, Outcome>
  train?: Iterable<Batch>
}

/** Kinds of runs, each made anew: what a process that goes on after another would make. */
const kinds: [string, () => Setup][] = [
  ['a shuffle and dropout that draw from one generator', () => setup(fresh(), {})],
  [
    'metrics, early stopping and the best weights',
    () =>
      setup(fresh(), {
        metrics: { accuracy: accuracy(), f1: f1({ average: 'macro' }), taken: confusionMatrix(3) },
        earlyStopping: { patience: 2, monitor: 'accuracy' },
        restoreBest: true,
      }),
  ],
  [
    'accumulation, where an epoch is no whole number of steps',
    () => setup(fresh(2), { accumulate: 2, clip: 0.5 }),
  ],
  [
    'a schedule for each step',
    () => {
      const run = fresh(3)
      return setup(run, {
        schedule: new LRSchedule(run.optimizer, exponentialLR({ gamma: 0.9 })),
        scheduleEvery: 'step',
      })
    },
  ],
  [
    'a schedule that goes by the validation loss',
    () => {
      const run = fresh(4)
      return setup(run, { schedule: new ReduceLROnPlateau(run.optimizer, { patience: 0, factor: 0.5 }) })
    },
  ],
  [
    'momentum, and clipping by value',
    () => {
      const run = fresh(5)
      const optimizer = new SGD(run.model.parameters(), { lr: 0.1, momentum: 0.9 })
      return { ...setup(run, { clip: { value: 0.1 }, optimizer }), rng: run.rng }
    },
  ],
  [
    'data with a generator of their own, to train on and to look at',
    () => {
      const run = fresh(8)
      const [train, look] = [9, 10].map((seed) => new Shuffled(dataset(10, seed), 4, new Random(seed)))
      return { ...setup(run, {}), data: { train, validation: look } }
    },
  ],
  [
    'batches that know where they stand, and shuffle by a generator that fit is not told of',
    () => {
      const run = setup(fresh(6), { rng: [] })
      return { ...run, train: batches(dataset(10, 7), { batchSize: 4, shuffle: new Random(1) }) }
    },
  ],
  [
    'batches that shuffle by the generator that dropout draws from',
    () => {
      const run = setup(fresh(7), {})
      return { ...run, train: batches(dataset(10, 7), { batchSize: 4, shuffle: run.rng }) }
    },
  ],
]

function setup(run: ReturnType<typeof fresh>, options: Options): Setup {
  return { ...run, options: { ...run.options, ...options } }
}

/** Trains until the end, or until so many batches are done; gives the last checkpoint. */
async function train({ model, data, options, train: own }: Setup, more: Options, stopAfter = -1) {
  let done = 0
  const controller = new AbortController()
  if (stopAfter === 0) controller.abort()
  let bytes: Uint8Array = new Uint8Array()
  const result = await fit(
    model,
    { ...data, train: own ?? data.train },
    {
      ...options,
      ...more,
      signal: controller.signal,
      callbacks: { onBatch: () => void (++done === stopAfter && controller.abort()) },
      checkpoint: (checkpoint) => {
        bytes = checkpoint
      },
    },
  )
  return { result, bytes, done, weights: model.stateDict() }
}

describe.each(kinds)(
  'interrupted and resumed, a run ends with the bits of one that was not: %s',
  (_, make) => {
    const whole = train(make(), {})

    test.each([0, 1, 3, 5])('stopped after %i batches', async (stop) => {
      const { result, bytes } = await whole
      const first = await train(make(), {}, stop)
      expect(first.result.reason).toBe('aborted')
      expect(first.done).toBe(stop)
      const second = await train(make(), { resume: first.bytes })
      expect(timeless(second.result.history)).toEqual(timeless(result.history))
      expect({ ...second.result, history: [] }).toEqual({ ...result, history: [] })
      expect(contentsOf(second.bytes)).toEqual(contentsOf(bytes))
      expect(values(second.weights)).toEqual(values((await whole).weights))
    })

    test('stopped after every batch', async () => {
      let resume: Uint8Array | undefined
      for (let stops = 0; ; stops++) {
        const part = await train(make(), { resume }, 1)
        resume = part.bytes
        if (part.result.reason !== 'aborted') break
        expect(stops).toBeLessThan(20)
      }
      // The last call has done the last batch, and was stopped before the epoch was over: one more has nothing but that to do.
      expect(contentsOf(resume)).toEqual(contentsOf((await whole).bytes))
    })
  },
)

test('stopped while it validates, a run goes on as if it had not begun to', async () => {
  const make = () => {
    const run = fresh()
    const controller = new AbortController()
    const validation = function* () {
      yield dataset(4, 8)
      run.rng.next() // what looks at the data draws, too
      yield dataset(4, 9)
    }
    return { ...run, controller, source: { [Symbol.iterator]: validation } }
  }
  const run = make()
  let last: Uint8Array = new Uint8Array()
  const checkpoint = (bytes: Uint8Array) => {
    last = bytes
  }
  await fit(run.model, { train: run.data.train, validation: run.source }, { ...run.options, checkpoint })
  const wanted = contentsOf(last)

  const first = make()
  let looks = 0
  const loss = (batch: Batch, model: typeof first.model) => {
    if (!model.training && ++looks === 3) first.controller.abort()
    return recall(batch, model)
  }
  const { signal } = first.controller
  const data = { train: first.data.train, validation: first.source }
  const { reason } = await fit(first.model, data, { ...first.options, loss, signal, checkpoint })
  expect(reason).toBe('aborted')

  const second = make()
  const rest = { train: second.data.train, validation: second.source }
  await fit(second.model, rest, { ...second.options, checkpoint, resume: last })
  expect(contentsOf(last)).toEqual(wanted)
})

test('more epochs go on from the end of the run before', async () => {
  const whole = await train(setup(fresh(), {}), { epochs: 4 })
  const first = await train(setup(fresh(), {}), { epochs: 2 })
  const second = await train(setup(fresh(), {}), { epochs: 4, resume: first.bytes })
  expect(contentsOf(second.bytes)).toEqual(contentsOf(whole.bytes))
})

test('in the same objects, too, a run can be resumed', async () => {
  const whole = await train(setup(fresh(), {}), {})
  const objects = setup(fresh(), {})
  const first = await train(objects, {}, 2)
  const second = await train(objects, { resume: first.bytes })
  expect(contentsOf(second.bytes)).toEqual(contentsOf(whole.bytes))
})

test('what is compared does differ where a batch is trained otherwise', async () => {
  const [one, other] = [await train(setup(fresh(1), {}), {}), await train(setup(fresh(2), {}), {})]
  expect(contentsOf(one.bytes)).not.toEqual(contentsOf(other.bytes))
})

test('checkpoints come after each epoch, after every so many batches, and when the run is stopped', async () => {
  const places = async (options: Options, stopAfter?: number) => {
    const run = fresh()
    const controller = new AbortController()
    const found: string[] = []
    await fit(run.model, run.data, {
      ...run.options,
      ...options,
      signal: controller.signal,
      callbacks: { onBatch: ({ batch }) => void (batch === stopAfter && controller.abort()) },
      checkpoint: (bytes) => {
        const { epoch, batch } = (contentsOf(bytes) as { run: { epoch: number; batch: number } }).run
        found.push(`${epoch}.${batch}`)
      },
    })
    return found
  }
  expect(await places({ epochs: 2 })).toEqual(['1.0', '2.0'])
  expect(await places({ epochs: 2, checkpointEvery: 2 })).toEqual(['0.2', '1.0', '1.2', '2.0'])
  expect(await places({}, 2)).toEqual(['0.2'])
})

test.each([
  [4, 2],
  [4, 1],
])(
  'gradients of %i batches that wait for a step are used, though now a step takes %i',
  async (before, now) => {
    const first = await train(setup(fresh(1, 20), { accumulate: before }), {}, 3)
    const second = await train(setup(fresh(1, 20), { accumulate: now }), { resume: first.bytes, epochs: 1 })
    // Five batches, of which the first four are one step.
    expect(second.result.history[0].steps).toBe(2)
    const whole = await train(setup(fresh(1, 20), { accumulate: 4, epochs: 1 }), {})
    expect(values(second.weights)).toEqual(values(whole.weights))
  },
)

test('what callbacks draw is drawn once, when a run is resumed in the midst of an epoch, too', async () => {
  const run = async (stopAfter: number, resume?: Uint8Array) => {
    const { model, data, options } = fresh()
    const controller = new AbortController()
    let bytes: Uint8Array = new Uint8Array()
    let done = 0
    const draw = () => void options.rng.next()
    await fit(model, data, {
      ...options,
      resume,
      signal: controller.signal,
      callbacks: {
        onStart: draw,
        onEpochStart: draw,
        onBatch: () => void (++done === stopAfter && controller.abort()),
        onEpoch: draw,
      },
      checkpoint: (checkpoint) => {
        bytes = checkpoint
      },
    })
    return bytes
  }
  const wanted = contentsOf(await run(-1))
  for (const stop of [1, 3, 4, 5]) expect(contentsOf(await run(-1, await run(stop)))).toEqual(wanted)
})

test('a metric may begin with an object to fill, or with null', async () => {
  const counting = (empty: { n?: number } | null): Metric<{ n?: number } | null> => ({
    start: () => empty,
    add: (state) => ({ n: (state?.n ?? 0) + 1 }),
    value: (state) => state?.n ?? 0,
  })
  const metrics = { object: counting({}), nothing: counting(null) }
  const first = await train(setup(fresh(), { metrics }), {}, 2)
  const { result } = await train(setup(fresh(), { metrics }), { resume: first.bytes })
  expect(result.history[0].metrics).toEqual({ object: 3, nothing: 3 })
})

class Stream extends Module {
  readonly layer: Stateful<{ readonly h: ReturnType<typeof variable> }>
  readonly head: Linear
  constructor(rng: Random) {
    super()
    this.layer = new Stateful(new RNN(1, 4, { rng }))
    this.head = new Linear(4, 1, { rng })
  }
}

test('what Stateful layers carry from batch to batch is carried over', async () => {
  const wave = new Random(1).normal([1, 13, 1])
  const pieces = [0, 3, 6, 9].map((t) => ({
    x: wave.slice(null, [t, t + 3]),
    y: wave.slice(null, [t + 1, t + 4]),
  }))
  const run = async (stopAfter: number, resume?: Uint8Array) => {
    const model = new Stream(new Random(2))
    const controller = new AbortController()
    let bytes: Uint8Array = new Uint8Array()
    await fit(
      model,
      { train: pieces },
      {
        epochs: 2,
        optimizer: new Adam(model.parameters()),
        loss: ({ x, y }: { x: Tensor; y: Tensor }, { layer, head }) => mse(head.forward(layer.forward(x)), y),
        resume,
        signal: controller.signal,
        callbacks: {
          onEpochStart: () => model.layer.reset(),
          onBatch: ({ batch }) => void (batch === stopAfter && controller.abort()),
        },
        checkpoint: (checkpoint) => {
          bytes = checkpoint
        },
      },
    )
    return bytes
  }
  const resumed = await run(-1, await run(2))
  expect(contentsOf(resumed)).toEqual(contentsOf(await run(-1)))
})

function values(weights: Readonly<Record<string, Tensor>>): object {
  return Object.fromEntries(Object.entries(weights).map(([key, { data }]) => [key, [...data]]))
}
