import {
  Adam,
  accuracy,
  fit,
  LRSchedule,
  loadCheckpoint,
  SGD,
  saveCheckpoint,
  stepLR,
  TrainingRun,
} from '@unroll/rnn'
import {
  Random,
  readSafetensors,
  type Tensor,
  tensor,
  UnrollError,
  writeSafetensors,
  zeros,
} from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { contentsOf, fresh, type Options, Recaller } from './support/training.js'

const metrics = { accuracy: accuracy() }

/** A run in the midst of its second epoch, with everything that a checkpoint can hold. */
async function interrupted(): Promise<Uint8Array> {
  const run = fresh()
  const schedule = new LRSchedule(run.optimizer, stepLR({ stepSize: 1 }))
  const controller = new AbortController()
  let bytes: Uint8Array = new Uint8Array()
  await fit(run.model, run.data, {
    ...run.options,
    schedule,
    metrics,
    accumulate: 2,
    restoreBest: true,
    earlyStopping: { patience: 3 },
    signal: controller.signal,
    callbacks: { onBatch: (_, { epoch, batch }) => void (epoch === 1 && batch === 1 && controller.abort()) },
    checkpoint: (checkpoint) => {
      bytes = checkpoint
    },
  } satisfies Options & { epochs: number })
  return bytes
}

/** A run of the same kind that has done nothing yet. */
function untouched(seed = 2): TrainingRun {
  const { model, optimizer, rng } = fresh(seed)
  const schedule = new LRSchedule(optimizer, stepLR({ stepSize: 1 }))
  return new TrainingRun(model, optimizer, { schedule, metrics, rng })
}

test('a run that was loaded is the one that was saved, byte for byte', async () => {
  const bytes = await interrupted()
  const run = untouched()
  loadCheckpoint(run, bytes)
  expect(saveCheckpoint(run)).toEqual(bytes)
  expect(run).toMatchObject({ epoch: 1, batch: 1, pending: 1 })
  expect(run.best?.epoch).toBe(1)
  expect(Object.keys(readSafetensors(bytes).tensors).map((name) => name.split('.')[0])).toEqual(
    expect.arrayContaining(['model', 'optimizer', 'best', 'gradient']),
  )
})

test('a run that has done nothing can be saved, too', () => {
  const bytes = saveCheckpoint(untouched(3))
  const run = untouched()
  loadCheckpoint(run, bytes)
  expect(contentsOf(saveCheckpoint(run))).toEqual(contentsOf(bytes))
})

type Parts = { tensors: Record<string, Tensor>; metadata: Record<string, string> }

/** A checkpoint with something changed in it. */
function spoilt(bytes: Uint8Array, change: (parts: Parts) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(bytes)
  const parts = { tensors: { ...tensors }, metadata: { ...metadata } }
  change(parts)
  return writeSafetensors(parts.tensors, { metadata: parts.metadata })
}

/** … in what it says of the run: fields put in its place, or a function that changes it. */
// biome-ignore lint/suspicious/noExplicitAny: it is spoilt in all ways
function said(change: object | ((record: any) => void)): (parts: Parts) => void {
  return ({ metadata }) => {
    const record = JSON.parse(metadata.run)
    if (typeof change === 'function') change(record)
    else Object.assign(record, change)
    metadata.run = JSON.stringify(record)
  }
}

/** … in its first epoch. */
function saidOfEpoch(fields: object): (parts: Parts) => void {
  return said((record: { history: object[] }) => Object.assign(record.history[0], fields))
}

/** … in its tensors: one put in, or left out. */
function holding(name: string, value?: Tensor): (parts: Parts) => void {
  return ({ tensors }) => {
    delete tensors[name]
    if (value) tensors[name] = value
  }
}

describe('a file that is not to be trusted is refused, and nothing is changed', () => {
  const whole = interrupted()
  const changes: [string, (parts: Parts) => void, RegExp][] = [
    [
      'of another program',
      ({ metadata }) => Object.assign(metadata, { format: 'pt' }),
      /^loadCheckpoint: the file is not a checkpoint of fit$/,
    ],
    ['without a format', ({ metadata }) => delete metadata.format, /the file is not a checkpoint of fit$/],
    [
      'of another version',
      ({ metadata }) => Object.assign(metadata, { version: '2' }),
      /is of another version of the format than this one \(1\)$/,
    ],
    ['without a record', ({ metadata }) => delete metadata.run, /says of the run is not an object in JSON$/],
    [
      'with half a record',
      ({ metadata }) => Object.assign(metadata, { run: metadata.run.slice(0, 50) }),
      /not an object in JSON$/,
    ],
    [
      'a list as a record',
      ({ metadata }) => Object.assign(metadata, { run: '[]' }),
      /its epoch is not a number of epochs$/,
    ],
    [
      'null as a record',
      ({ metadata }) => Object.assign(metadata, { run: 'null' }),
      /not an object in JSON$/,
    ],
    ['epochs below 0', said({ epoch: -1 }), /its epoch is not a number of epochs$/],
    ['half a batch', said({ batch: 0.5 }), /its batch is not a number of batches$/],
    ['more pending than done', said({ pending: 2 }), /its pending is not a number of the batches done$/],
    ['a weight that is text', said({ pendingWeight: '4' }), /its pendingWeight is not their weight$/],
    ['more steps than batches', said({ steps: 9 }), /its steps is not a number of steps that/],
    [
      'batches and no steps',
      said({ pending: 0, pendingWeight: 0, steps: 0 }),
      /its steps is not a number of steps/,
    ],
    ['a weight of nothing', said({ pendingWeight: 0 }), /its pendingWeight is not their weight$/],
    [
      'gradients that nothing waits for',
      said({ pending: 0, pendingWeight: 0, steps: 1 }),
      /it holds gradients, and says that none wait for a step$/,
    ],
    ['norms below 0', said({ norms: -1 }), /its norms is not a number ≥ 0$/],
    ['no seconds', said({ seconds: null }), /its seconds is not a number of seconds$/],
    [
      'one generator more',
      said((record) => record.draws.push([1, 2, 3, 4])),
      /its draws is not the states of 1 generators, as this run has$/,
    ],
    ['a generator of zeros', said({ draws: [[0, 0, 0, 0]] }), /its draws is not/],
    ['a generator of fractions', said({ epochDraws: [[0.5, 0, 0, 1]] }), /its epochDraws is not/],
    [
      'a position',
      said({ position: {} }),
      /its position is not null, as these data do not know where they stand$/,
    ],
    [
      'a tally of other metrics',
      said({ tally: { loss: 1, count: 1, metrics: { f1: [] } } }),
      /its tally is not a tally of this run's metrics$/,
    ],
    [
      'a tally of text',
      said({ tally: { loss: 1, count: 1, metrics: { accuracy: ['1', 2] } } }),
      /its tally is not/,
    ],
    [
      'no schedule',
      said({ schedule: null }),
      /its schedule is not the state of a schedule, which this run has$/,
    ],
    ['another schedule', said({ schedule: { steps: -1 } }), /LRSchedule\.loadStateDict/],
    ['an epoch less', said({ history: [] }), /its history is not a record of each of 1 epochs$/],
    ['a loss that is none', saidOfEpoch({ loss: null }), /its history is not/],
    ['a field too many', saidOfEpoch({ extra: 1 }), /its history is not/],
    ['epochs in disorder', saidOfEpoch({ epoch: 2 }), /its history is not/],
    ['metrics that are none', saidOfEpoch({ metrics: [] }), /its history is not/],
    ['a memory of text', said({ waiting: 'long' }), /its waiting is not what early stopping remembers$/],
    ['a best epoch without a figure', said({ best: { epoch: 1 } }), /its best is not the best epoch$/],
    [
      'the best forgotten',
      said({ best: null }),
      /the weights of the best epoch and what is said of it do not go together$/,
    ],
    [
      'a weight of another shape',
      holding('model.head.bias', zeros([2])),
      /head\.bias: got \[2\] float32, want \[3\] float32/,
    ],
    ['a weight less', holding('model.head.bias'), /missing: head\.bias/],
    ['a best weight less', holding('best.head.bias'), /does not fit the best of the checkpoint/],
    ['a weight too many', holding('model.tail', zeros([1])), /unexpected: tail/],
    ['a weight by a name of JavaScript', holding('model.__proto__', zeros([1])), /unexpected: __proto__/],
    ['a tensor of nothing', holding('other', zeros([1])), /the checkpoint has a tensor too many: "other"$/],
    ['a gradient of nothing', holding('gradient.tail', zeros([1])), /a tensor too many: gradient\.tail$/],
    ['a state of nothing', holding('state.0.h', zeros([1])), /a tensor too many: state\.0\.h$/],
    [
      'NaN',
      holding('model.head.bias', tensor([1, Number.NaN, 1])),
      /its tensor model\.head\.bias holds values that are not finite$/,
    ],
    [
      'a moment of another shape',
      holding('optimizer.0.exp_avg', zeros([1])),
      /Adam\.loadStateDict: .*0\.exp_avg/,
    ],
  ]

  test.each(changes)('%s', async (_, change, message) => {
    const run = untouched()
    run.optimizer.lr = 0.123
    run.model.train()
    const before = saveCheckpoint(run)
    const bytes = spoilt(await whole, change)
    expect(() => loadCheckpoint(run, bytes)).toThrow(UnrollError)
    expect(() => loadCheckpoint(run, bytes)).toThrow(message)
    expect(saveCheckpoint(run)).toEqual(before)
    expect(run.model.parameters().every((p) => p.grad === undefined)).toBe(true)
  })

  test('cut short, wherever', async () => {
    const run = untouched()
    const before = saveCheckpoint(run)
    const bytes = await whole
    for (const length of [0, 7, 100, bytes.length - 1])
      expect(() => loadCheckpoint(run, bytes.subarray(0, length))).toThrow(UnrollError)
    expect(saveCheckpoint(run)).toEqual(before)
  })

  test('of a run with another optimiser, or another model', async () => {
    const bytes = await whole
    const model = new Recaller(new Random(1))
    const other = new TrainingRun(model, new SGD(model.parameters(), { lr: 1 }), {
      schedule: untouched().schedule,
      metrics,
    })
    expect(() => loadCheckpoint(other, bytes)).toThrow(/^SGD\.loadStateDict: /)
    const { head } = model
    const part = new TrainingRun(head, new Adam(head.parameters()), { rng: new Random(1) })
    expect(() => loadCheckpoint(part, bytes)).toThrow(/^loadCheckpoint: its tally is not/)
  })
})
