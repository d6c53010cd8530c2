import { tapeRows } from '@unroll/autograd'
import {
  Adam,
  Dropout,
  Embedding,
  GRU,
  Linear,
  LSTM,
  LSTMCell,
  Module,
  Recurrent,
  RNN,
  Sequential,
  Stateful,
  summary,
} from '@unroll/rnn'
import { arange, Random, type Tensor, zeros } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { expectRefusals, wrong } from './support/refusals.js'

const [V, E, H, B, T] = [11, 5, 7, 3, 4]

class CharModel extends Module {
  readonly embedding: Embedding
  readonly lstm: LSTM
  readonly dropout: Dropout
  readonly head: Linear

  constructor(rng = new Random(1)) {
    super()
    this.embedding = new Embedding(V, E, { rng })
    this.lstm = new LSTM(E, H, { numLayers: 2, rng })
    this.dropout = new Dropout(0.5, { rng })
    this.head = new Linear(H, V, { rng })
  }

  forward(x: Tensor) {
    const [output, state] = this.lstm.forward(this.embedding.forward(x))
    return { logits: this.head.forward(this.dropout.forward(output)), state }
  }
}

test('parameters, shapes and multiply–adds are those worked out by hand', () => {
  const lstm = 4 * H * (E + H + 2) + 4 * H * (H + H + 2)
  const { rows, parameters, multiplyAdds } = summary(new CharModel(), { batch: B, time: T })
  expect(rows.map(({ name, type, depth, calls }) => [name, type, depth, calls])).toEqual([
    ['', 'CharModel', 0, 1],
    ['embedding', 'Embedding', 1, 1],
    ['lstm', 'LSTM', 1, 1],
    ['dropout', 'Dropout', 1, 1],
    ['head', 'Linear', 1, 1],
  ])
  expect(rows.map((row) => row.parameters)).toEqual([0, V * E, lstm, 0, H * V + V])
  expect(parameters).toBe(V * E + lstm + H * V + V)
  expect(rows.map((row) => row.outputs)).toEqual([
    [
      [B, T, V],
      [2, B, H],
      [2, B, H],
    ],
    [[B, T, E]],
    [
      [B, T, H],
      [2, B, H],
      [2, B, H],
    ],
    [[B, T, H]],
    [[B, T, V]],
  ])
  const products = [0, 0, B * T * 4 * H * (E + H + H + H), 0, B * T * H * V]
  expect(rows.map((row) => row.multiplyAdds)).toEqual(products)
  expect(multiplyAdds).toBe(products[2] + products[4])
})

test('what is kept for the backward pass is what the tape keeps', () => {
  const model = new CharModel()
  const { rows, memory } = summary(model, { batch: B, time: T, optimizerSlots: 2 })
  const { logits } = model.forward(zeros([B, T], { dtype: 'int32' }))
  const tape = tapeRows(logits)
  const bytes = (ops: (op: string) => boolean) =>
    tape.filter(({ op }) => ops(op)).reduce((sum, row) => sum + row.bytes, 0)
  expect(memory.activations).toBe(bytes(() => true))
  expect(rows.map(({ name, kept }) => [name, kept])).toEqual([
    ['', 0],
    ['embedding', B * T * 4], // the indices
    ['lstm', bytes((op) => op === 'lstm')],
    ['dropout', B * T * H * 4], // the mask
    ['head', B * T * H * 4], // its input
  ])
  const floats = model.parameters().reduce((sum, p) => sum + p.size, 0) * 4
  expect(memory).toMatchObject({ parameters: floats, gradients: floats, optimizer: 2 * floats })
  expect(memory.total).toBe(4 * floats + memory.activations)
})

test('what is remembered of each parameter is what the optimiser has', () => {
  const model = new CharModel()
  const { memory } = summary(model, { batch: B, time: T, optimizerSlots: 2 })
  const optimizer = new Adam(model.parameters())
  model
    .forward(zeros([B, T], { dtype: 'int32' }))
    .logits.sum()
    .backward()
  optimizer.step()
  const moments = Object.entries(optimizer.stateDict()).filter(([name]) => /exp_avg/.test(name))
  expect(memory.optimizer).toBe(moments.reduce((sum, [, { size }]) => sum + size * 4, 0))
})

test.each([
  ['RNN', (rng: Random) => new RNN(E, H, { rng }), 1],
  ['GRU', (rng: Random) => new GRU(E, H, { rng }), 3],
  ['LSTM', (rng: Random) => new LSTM(E, H, { rng }), 4],
])('a layer costs the same run by its kernel and step by step: %s', (_, make, gates) => {
  const layer = make(new Random(1))
  expect(summary(layer, { batch: B, time: T }).multiplyAdds).toBe(B * T * gates * H * (E + H))
})

test('a layer without a kernel is counted by its products', () => {
  const rng = new Random(1)
  const cell = class Own extends LSTMCell {}
  const layer = new Recurrent(E, (size) => new cell(size, H, { rng }))
  expect(layer.cells[0].constructor.name).toBe('Own')
  expect(summary(layer, { batch: B, time: T }).multiplyAdds).toBe(B * T * 4 * H * (E + H))
})

test('modules within modules, and one that is run several times', () => {
  const rng = new Random(1)
  const block = new Sequential(new Linear(6, 6, { rng }), new Dropout(0.1, { rng }))
  class Twice extends Module {
    readonly block = block
    forward(x: Tensor) {
      return this.block.forward(this.block.forward(x as never))
    }
  }
  const { rows, parameters, memory } = summary(new Twice(), { batch: 2, time: 5 })
  expect(rows.map(({ name, depth, calls }) => [name, depth, calls])).toEqual([
    ['', 0, 1],
    ['block', 1, 2],
    ['block.0', 2, 2],
    ['block.1', 2, 2],
  ])
  expect(parameters).toBe(42)
  expect(rows[2]).toMatchObject({ parameters: 42, multiplyAdds: 2 * (2 * 5) * 36 })
  expect(memory.activations).toBe(rows.reduce((sum, { kept }) => sum + kept, 0))
})

test('modules that are run by another method than forward are part of what is around them', () => {
  const rng = new Random(1)
  class Scorer extends Module {
    readonly project = new Linear(4, 2, { rng })
    readonly bias = new Linear(4, 1, { rng })
    score(x: Tensor) {
      return this.project.forward(x)
    }
  }
  class Reader extends Module {
    readonly head = new Linear(2, 3, { rng })
    readonly scorer = new Scorer()
    read(x: Tensor) {
      return this.head.forward(this.scorer.score(x))
    }
  }
  const model = new Reader()
  const { rows, parameters } = summary(model, { input: () => model.read(zeros([5, 4])) })
  expect(rows.map(({ name, depth, calls, parameters }) => [name, depth, calls, parameters])).toEqual([
    ['', 0, 0, 5], // what was not run is its own
    ['head', 1, 1, 9],
    ['scorer.project', 1, 1, 10],
  ])
  expect(parameters).toBe(24)
  const { rows: bare, multiplyAdds } = summary(model, {
    input: () => model.head.weight.matmul(zeros([2, 7])),
  })
  expect(bare.map(({ name, multiplyAdds }) => [name, multiplyAdds])).toEqual([['', 3 * 2 * 7]])
  expect(multiplyAdds).toBe(42)
})

test('a parameter that is shared is counted once, and so is a value that several keep', () => {
  const rng = new Random(1)
  class Tied extends Module {
    readonly a = new Linear(4, 4, { rng, bias: false })
    readonly b = new Linear(4, 4, { rng, bias: false })
    constructor() {
      super()
      Object.assign(this.b, { weight: this.a.weight })
    }
    forward(x: Tensor) {
      return this.a.forward(x).add(this.b.forward(x))
    }
  }
  const { rows, memory } = summary(new Tied(), { batch: 2, time: 3 })
  expect(rows.map((row) => row.parameters)).toEqual([0, 16, 0])
  expect(rows.map((row) => row.kept)).toEqual([0, 2 * 3 * 4 * 4, 0]) // x, which both keep
  expect(memory.parameters).toBe(16 * 4)
})

test('the model is left as it was', () => {
  const rng = new Random(5)
  const model = new CharModel(rng).eval()
  model.lstm.train()
  const [keys, draws] = [Object.keys(model.lstm), rng.state]
  summary(model, { batch: 2, time: 3 })
  expect(Object.keys(model.lstm)).toEqual(keys)
  expect(Object.hasOwn(model, 'forward')).toBe(false)
  expect([model, model.lstm, model.dropout].map(({ training }) => training)).toEqual([false, true, false])
  expect(rng.state).toEqual(draws)
  const stream = new Stateful(new RNN(2, 3, { rng }))
  stream.forward(zeros([4, 1, 2]))
  const h = stream.state?.h.toArray()
  summary(stream, { batch: 2, time: 3 }) // of another batch than it carries
  expect(stream.state?.h.toArray()).toEqual(h)

  class Arrow extends Module {
    readonly head = new Linear(2, 3, { rng })
    readonly forward = (x: Tensor) => this.head.forward(x)
  }
  const arrow = new Arrow()
  const { forward } = arrow
  expect(summary(arrow).rows.map(({ calls }) => calls)).toEqual([1, 1])
  expect(arrow.forward).toBe(forward)

  class Broken extends CharModel {
    override forward(): never {
      throw new Error('broken')
    }
  }
  const broken = new Broken().eval()
  expect(() => summary(broken)).toThrow(/^broken$/)
  expect(Object.hasOwn(broken, 'forward')).toBe(false)
  expect(broken.training).toBe(false)
})

describe('what the model is run on', () => {
  test('the input of its first module', () => {
    const rng = new Random(1)
    const shapes = (model: Module) => summary(model, { batch: B, time: T }).rows[0].outputs[0]
    expect(shapes(new GRU(E, H, { rng }))).toEqual([B, T, H])
    expect(shapes(new GRU(E, H, { rng, batchFirst: false }))).toEqual([T, B, H])
    expect(shapes(new Linear(E, H, { rng }))).toEqual([B, T, H])
    expect(shapes(new Embedding(V, E, { rng }))).toEqual([B, T, E])
  })

  test('or what it is given: a tensor, arguments, a function', () => {
    const gru = new GRU(E, H, { rng: new Random(1) })
    const outputs = (input: NonNullable<Parameters<typeof summary>[1]>['input']) =>
      summary(gru, { input }).rows[0].outputs
    expect(outputs(zeros([2, 6, E]))).toEqual([
      [2, 6, H],
      [1, 2, H],
    ])
    expect(outputs([zeros([2, 6, E]), undefined, { lengths: [1, 6] }])).toEqual([
      [2, 6, H],
      [1, 2, H],
    ])
    expect(outputs(() => gru.forward(zeros([6, E])))).toEqual([
      [6, H],
      [1, H],
    ])
    expect(
      outputs([
        arange(0, 2 * E)
          .cast('float32')
          .reshape([1, 2, E]),
      ])[0],
    ).toEqual([1, 2, H])
  })
})

test('as a table', () => {
  const rng = new Random(1)
  const model = new Sequential(new Linear(40, 100, { rng }), new Dropout(0.5, { rng }))
  expect(`${summary(model, { batch: 8, time: 16, optimizerSlots: 2 })}`).toBe(
    `
module              output  parameters  multiply–adds  kept for backward
────────────────────────────────────────────────────────────────────────
Sequential    [8, 16, 100]           0              0                0 B
  0: Linear   [8, 16, 100]       4,100        512,000           20.0 KiB
  1: Dropout  [8, 16, 100]           0              0           50.0 KiB
────────────────────────────────────────────────────────────────────────
total                            4,100        512,000           70.0 KiB
memory of a training step: 134.1 KiB (parameters 16.0 KiB, gradients 16.0 KiB, kept for backward 70.0 KiB, optimizer state 32.0 KiB)
`.trim(),
  )
})

class Odd extends Module {}

describe('refused', () => {
  const rng = new Random(1)
  const linear = new Linear(2, 3, { rng })
  expectRefusals([
    ['no model', () => summary(wrong()), /^summary: wants a Module, got undefined$/],
    ['no batch', () => summary(linear, { batch: 0 }), /^summary: batch is a positive integer, got 0$/],
    ['no time', () => summary(linear, { time: 0 }), /^summary: time is a positive integer, got 0$/],
    [
      'what takes nothing known',
      () => summary(new Dropout(0.5, { rng })),
      /^summary: wants \{ input \}: there is no Embedding, layer or Linear in the model to tell what it takes$/,
    ],
    [
      'no forward',
      () => summary(new Odd(), { input: zeros([1]) }),
      /^summary: Odd has no forward; let input be a function that runs it$/,
    ],
    [
      'an input that is a number',
      () => summary(linear, { input: wrong(1) }),
      /^summary: wants input as a tensor, a list or a function, got 1$/,
    ],
    [
      'float64',
      () => summary(new Linear(2, 3, { rng, dtype: 'float64' })),
      /^summary: counts what float32 models do, got one of float64$/,
    ],
    [
      'slots below 0',
      () => summary(linear, { optimizerSlots: -1 }),
      /^summary: optimizerSlots is a number ≥ 0, got -1$/,
    ],
  ])
})
