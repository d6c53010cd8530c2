import { type Variable, variable } from '@unroll/autograd'
import {
  Bridge,
  beamSearch,
  Cell,
  decode,
  Embedding,
  Encoder,
  exponentialDecay,
  GRU,
  inverseSigmoidDecay,
  LSTM,
  linearDecay,
  Recurrent,
  RecurrentDecoder,
  RNN,
  Seq2Seq,
  type State,
} from '@unroll/rnn'
import { arrayEqual, Random, type Tensor, tensor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { networks } from './support/networks.js'
import { kinds, translator } from './support/translators.js'

const dtype = 'float64'
const [tanhRNN, , lstm, gru] = networks
const ints = (values: number[][]) => tensor(values, { dtype: 'int32' })
const [source, sourceLengths] = [ints([[0, 1, 2, 3, 1], [3, 2, 2, 0, 0]]), [5, 3]] // biome-ignore format: a matrix
const target = ints([[1, 2, 0, 2], [2, 1, 1, 0]]) // biome-ignore format: a matrix

describe.each(kinds)('%s', (kind) => {
  const model = (seed: number, network = lstm, sizes = {}) =>
    translator(kind, network, { rng: new Random(seed), dtype, ...sizes })

  test.each([tanhRNN, lstm, gru])('teacher forcing gives what stepping gives: $name', (network) => {
    for (const bidirectional of [false, true]) {
      const trained = model(3, network, { numLayers: 2, bidirectional, hiddenSize: 3 })
      const { logits, weights } = trained.forward(source, target, { sourceLengths })
      expect(logits.shape).toEqual([2, 4, 3])
      if (kind !== 'no attention') expect(weights?.shape).toEqual([2, 4, 5])
      let { symbols, state } = trained.start(source, { lengths: sourceLengths })
      for (let t = 0; t < 4; t++) {
        const next = trained.step(symbols, state)
        expectNear(next.logits, logits.slice(null, t))
        if (weights) expectNear(next.weights as Variable, weights.slice(null, t))
        state = next.state
        symbols = target.slice(null, t)
      }
    }
  })

  test('padding of the source changes nothing, and gets no gradient', () => {
    const trained = model(4, gru, { bidirectional: true, sourceSymbols: 5 })
    const given = trained.forward(source, target, { sourceLengths })
    const padded = source.copy()
    padded.slice(1, [3, 5]).fill(4) // a symbol that is nowhere else
    const other = trained.forward(padded, target, { sourceLengths })
    expect(arrayEqual(other.logits.value, given.logits.value)).toBe(true)
    if (given.weights && other.weights) {
      expect(arrayEqual(other.weights.value, given.weights.value)).toBe(true)
      expect(given.weights.slice(1, null, [3, 5]).value.data.every((a) => a === 0)).toBe(true)
      for (const sum of given.weights.sum(-1).data) expect(sum).toBeCloseTo(1, 12)
    }
    other.logits.square().sum().backward()
    const { grad } = trained.encoder.parameters()[0]
    expect(grad?.slice(4).data.every((d) => d === 0)).toBe(true)
    expect(grad?.slice(3).data.every((d) => d !== 0)).toBe(true)

    const alone = trained.forward(source.slice([1, 2], [0, 3]), target.slice([1, 2]))
    expectNear(alone.logits, given.logits.slice([1, 2]))
  })

  test('logits depend on the symbols before them alone', () => {
    const trained = model(5)
    const { logits } = trained.forward(source, target)
    const changed = target.copy()
    changed.slice(null, 2).fill(1)
    const after = trained.forward(source, changed).logits
    expect(arrayEqual(after.slice(null, [0, 3]).value, logits.slice(null, [0, 3]).value)).toBe(true)
    expect(arrayEqual(after.slice(null, 3).value, logits.slice(null, 3).value)).toBe(false)
  })

  test('without teacher forcing it reads what it writes, which is what greedy decoding writes', () => {
    const trained = model(6, lstm, { symbols: 6, hiddenSize: 4 }) // large enough for it not to say one thing
    const rng = new Random(1)
    const { logits, weights } = trained.forward(source, target, { sourceLengths, teacherForcing: 0, rng })
    const written = logits.value.argmax(-1)
    const start = trained.start(source, { lengths: sourceLengths })
    const decoded = decode(trained.step, start, { maxLength: 4 })
    expect(decoded.map(({ symbols }) => symbols)).toEqual(written.toArray())
    if (weights) expectNear(decoded[1].weights as Tensor, weights.slice(1))

    const beams = beamSearch(trained.step, start, { beamWidth: 3, maxLength: 4 })
    expect(beams[1][0].symbols).toHaveLength(4)
    expect(beams[1][0].logProb).toBeGreaterThanOrEqual(decoded[1].logProb - 1e-9)
  })

  test('scheduled sampling reads some of each, by the generator', () => {
    const trained = model(7, gru, { symbols: 6 })
    const run = (teacherForcing: number, feedback: 'argmax' | 'sample', seed: number) =>
      trained.forward(source, target, { teacherForcing, feedback, rng: new Random(seed) }).logits.value
    for (const feedback of ['argmax', 'sample'] as const) {
      expectNear(run(1, feedback, 1), trained.forward(source, target).logits)
      expect(arrayEqual(run(0.5, feedback, 1), run(0.5, feedback, 1))).toBe(true)
      const all = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => run(0.5, feedback, seed).data.join())
      expect(new Set(all).size).toBeGreaterThan(2)
    }
    expect(arrayEqual(run(0, 'argmax', 1), run(0, 'argmax', 2))).toBe(true)
    expect(arrayEqual(run(0, 'sample', 1), run(0, 'sample', 2))).toBe(false)
  })
})

test('with probability 1 − teacherForcing, a step reads what the model wrote', () => {
  const rng = new Random(1)
  const read: number[] = []
  class Listener extends Embedding {
    override forward(indices: Tensor): Variable {
      read.push(...indices.data)
      return super.forward(indices)
    }
  }
  const layer = new GRU(2, 2, { rng })
  const decoder = new RecurrentDecoder({ embedding: new Listener(3, 2, { rng }), layer, symbols: 3, rng })
  decoder.head.bias?.value.assign(tensor([0, 50, 0])) // always writes 1
  const state = decoder.start(layer.cells.map((cell) => cell.zeroState(100)), tensor([])) // biome-ignore format: a line
  decoder.forward(ints(Array.from({ length: 100 }, () => new Array(21).fill(2))), state, {
    teacherForcing: 0.7,
    rng,
  })
  expect(read.slice(0, 100).every((symbol) => symbol === 2)).toBe(true)
  const later = read.slice(100)
  expect(later).toHaveLength(2000)
  expect(later.every((symbol) => symbol === 1 || symbol === 2)).toBe(true)
  const forced = later.filter((symbol) => symbol === 2).length / later.length
  expect(Math.abs(forced - 0.7)).toBeLessThan(0.04)
})

test('what a cell draws once for a sequence is drawn once, also where steps are run one by one', () => {
  let begun = 0
  class Counting extends Cell {
    readonly stateSizes = { h: 2 }
    readonly inputSize = 2
    override begin() {
      begun++
      return this
    }
    advance(x: Variable, { h }: State) {
      return { h: x.add(h) }
    }
  }
  const rng = new Random(1)
  const layer = new Recurrent(2, () => new Counting())
  const embedding = new Embedding(3, 2, { rng })
  const encoder = new Encoder(embedding, new RNN(2, 2, { rng }))
  const model = new Seq2Seq(encoder, new RecurrentDecoder({ embedding, layer, symbols: 3, rng }), {
    startSymbol: 0,
  })
  for (const teacherForcing of [1, 0.5]) {
    begun = 0
    model.forward(source.clamp(0, 2), target, { teacherForcing, rng })
    expect(begun).toBe(1)
  }
})

describe('from encoder to decoder', () => {
  const rng = new Random(1)
  const make = (from: Recurrent, to: Recurrent, bridge?: Bridge | false) =>
    new Seq2Seq(
      new Encoder(new Embedding(4, 2, { rng }), from),
      new RecurrentDecoder({ embedding: new Embedding(3, 2, { rng }), layer: to, symbols: 3, rng }),
      { startSymbol: 0, bridge },
    )

  test('states are handed over layer by layer', () => {
    const from = new LSTM(2, 3, { numLayers: 2, rng })
    const model = make(from, new LSTM(2, 3, { numLayers: 2, rng }))
    const [, { h, c }] = model.encoder.forward(source) as [Variable, State & { c: Variable }]
    const { cells } = model.start(source).state as { cells: (State & { c: Variable })[] } // biome-ignore format: a line
    expect(cells).toHaveLength(2)
    for (const k of [0, 1]) {
      expect(arrayEqual(cells[k].h.value, h.slice(k).value)).toBe(true)
      expect(arrayEqual(cells[k].c.value, c.slice(k).value)).toBe(true)
    }
  })

  test('those of two directions, side by side', () => {
    const model = make(new GRU(2, 3, { bidirectional: true, rng }), new GRU(2, 6, { rng }))
    const [, { h }] = model.encoder.forward(source)
    const [cell] = model.start(source).state.cells
    expect(arrayEqual(cell.h.value, h.transpose(0, 1).reshape([2, 6]).value)).toBe(true)
  })

  test('a bridge learns them: s = tanh(W e + b), of the last layer where the layers do not pair', () => {
    const [from, to] = [new GRU(2, 3, { numLayers: 3, bidirectional: true, rng }), new LSTM(2, 4, { rng })]
    const bridge = new Bridge(from, to, { rng })
    const model = make(from, to, bridge)
    const [, { h }] = model.encoder.forward(source)
    const [cell] = model.start(source).state.cells as (State & { c: Variable })[]
    const last = h.slice([4, 6]).transpose(0, 1).reshape([2, 6])
    expectNear(cell.h, bridge.layers[0].h.forward(last).tanh())
    expectNear(cell.c, bridge.layers[0].c.forward(last).tanh())
    expect(Object.keys(model.stateDict()).filter((key) => key.startsWith('bridge'))).toEqual([
      'bridge.layers.0.h.weight',
      'bridge.layers.0.h.bias',
      'bridge.layers.0.c.weight',
      'bridge.layers.0.c.bias',
    ])
  })

  test('or the decoder starts from zeros', () => {
    const model = make(new GRU(2, 3, { rng }), new LSTM(2, 4, { rng }), false)
    const [cell] = model.start(source).state.cells as (State & { c: Variable })[]
    for (const part of [cell.h, cell.c]) expect(part.data.every((x) => x === 0)).toBe(true)
  })
})

test('a decoder reads the parts of a state by their names, in whatever order they stand', () => {
  const rng = new Random(30)
  const parts = { embedding: new Embedding(3, 2, { rng }), layer: new LSTM(2, 4, { rng }), symbols: 3, rng }
  const decoder = new RecurrentDecoder(parts)
  const [h, c] = [variable(rng.normal([2, 4])), variable(rng.normal([2, 4]))]
  const memory = rng.normal([2, 1, 4])
  const symbols = tensor([0, 1], { dtype: 'int32' })
  const [one, other] = [
    { h, c },
    { c, h },
  ].map((state) => decoder.step(symbols, decoder.start([state], memory)))
  expect(arrayEqual(other.logits.value, one.logits.value)).toBe(true)
})

test('the decays of teacher forcing (Bengio et al. 2015)', () => {
  expect([0, 1, 2, 9].map((i) => linearDecay(i, { slope: 0.25, floor: 0.1 }))).toEqual([1, 0.75, 0.5, 0.1])
  expect(linearDecay(1, { from: 0.75, slope: 0.25 })).toBe(0.5)
  expect([0, 1, 2].map((i) => exponentialDecay(i, 0.5))).toEqual([1, 0.5, 0.25])
  expect(inverseSigmoidDecay(0, 10)).toBeCloseTo(10 / 11, 12)
  expect(inverseSigmoidDecay(10 * Math.log(10), 10)).toBeCloseTo(0.5, 12)
  expect(inverseSigmoidDecay(1e6, 10)).toBe(0)
})

function expectNear(actual: Variable | Tensor, expected: Variable | Tensor): void {
  expect(actual.shape).toEqual(expected.shape)
  const bound = actual.dtype === 'float64' ? 1e-12 : 1e-6
  actual.data.forEach((x, i) => expect(Math.abs(x - expected.data[i])).toBeLessThan(bound))
}
