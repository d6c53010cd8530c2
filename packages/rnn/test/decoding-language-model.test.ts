import type { Variable } from '@unroll/autograd'
import {
  beamSearch,
  decode,
  Embedding,
  GRU,
  Linear,
  LSTM,
  languageModel,
  type Recurrent,
  type State,
} from '@unroll/rnn'
import { concat, Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { expectRefusals, wrong } from './support/refusals.js'

const V = 5
const float64 = { dtype: 'float64' } as const

describe.each<[string, (rng: Random) => Recurrent<State & { c?: Variable }>]>([
  ['LSTM of two layers', (rng) => new LSTM(3, 4, { numLayers: 2, rng, ...float64 })],
  ['GRU, time first', (rng) => new GRU(3, 4, { batchFirst: false, rng, ...float64 })],
  ['GRU, last step alone', (rng) => new GRU(3, 4, { returnSequences: false, rng, ...float64 })],
])('languageModel: %s', (_, makeLayer) => {
  const rng = new Random(1)
  const embedding = new Embedding(V, 3, { rng, ...float64 })
  const layer = makeLayer(rng)
  const head = new Linear(4, V, { rng, ...float64 })
  head.weight.value.assign(head.weight.value.mul(5)) // so that the model has its preferences
  const { step, start } = languageModel(embedding, layer, head)

  /** log softmax after a whole sequence, read anew. */
  const logProbsAfter = (sequence: Tensor): Tensor => {
    const vectors = embedding.forward(sequence.unsqueeze(layer.batchFirst ? 0 : 1))
    const h = layer.lastHidden(layer.forward(vectors)[1])
    return head.forward(h).value.squeeze(0).logSoftmax()
  }
  const prompts = tensor(
    [
      [0, 3, 1],
      [2, 2, 4],
    ],
    { dtype: 'int32' },
  )

  test('goes on as the whole network would, read anew at every step', () => {
    const decoded = decode(step, start(prompts), { maxLength: 6 })
    decoded.forEach(({ symbols, logProbs }, b) => {
      for (const [i, symbol] of symbols.entries()) {
        const before = tensor(symbols.slice(0, i), { dtype: 'int32' })
        const own = logProbsAfter(concat([prompts.slice(b), before]))
        expect(own.argmax().item()).toBe(symbol)
        expect(logProbs[i]).toBeCloseTo(own.get(symbol), 10)
      }
    })
  })

  test('its hypotheses have the probabilities that the network gives them', () => {
    const found = beamSearch(step, start(prompts), { maxLength: 4, beamWidth: 6, nBest: 6, endSymbol: 0 })
    found.forEach((hypotheses, b) => {
      expect(hypotheses).toHaveLength(6)
      for (const { symbols, ended, logProb } of hypotheses) {
        const drawn = ended ? [...symbols, 0] : symbols
        const total = drawn.reduce((sum, symbol, i) => {
          const before = tensor(drawn.slice(0, i), { dtype: 'int32' })
          return sum + logProbsAfter(concat([prompts.slice(b), before])).get(symbol)
        }, 0)
        expect(logProb).toBeCloseTo(total, 10)
      }
    })
  })

  test('starts from one symbol each too, and that is a prompt of one', () => {
    const [one, other] = [start(prompts.slice(null, 0)), start(prompts.slice(null, [0, 1]))]
    const options = { maxLength: 3 }
    expect(decode(step, one, options)).toEqual(decode(step, other, options))
    expect(one.state.h.shape.slice(0, 2)).toEqual([2, layer.numLayers])
    expect((one.symbols as Tensor).toArray()).toEqual([0, 2])
    expect(start(prompts).state.h.requiresGrad).toBe(false)
  })
})

const rng = new Random(1)
const embedding = new Embedding(V, 3, { rng })
const head = new Linear(4, V, { rng })
const { start } = languageModel(embedding, new GRU(3, 4, { rng }), head)
expectRefusals([
  [
    'both directions',
    () => languageModel(embedding, new GRU(3, 4, { rng, bidirectional: true }), head),
    /^languageModel: wants a layer that reads forward, this one is bidirectional$/,
  ],
  [
    'the other direction',
    () => languageModel(embedding, new GRU(3, 4, { rng, reverse: true }), head),
    /^languageModel: .* is reverse$/,
  ],
  [
    'a prompt of floats',
    () => start(zeros([2, 3])),
    /^languageModel: wants a prompt of int32, .* got \[2, 3\] float32$/,
  ],
  [
    'an empty prompt',
    () => start(zeros([2, 0], { dtype: 'int32' })),
    /^languageModel: wants a prompt .* got \[2, 0\] int32$/,
  ],
  [
    'a prompt of one number',
    () => start(zeros([], { dtype: 'int32' })),
    /^languageModel: wants a prompt .* got \[\] int32$/,
  ],
  [
    'no layer',
    () => languageModel(embedding, wrong(head), head),
    /^languageModel: wants a recurrent layer, got Linear$/,
  ],
  [
    'two parts',
    () => languageModel(embedding, new GRU(3, 4, { rng }), wrong()),
    /^languageModel: head is a module, .*, got undefined$/,
  ],
  ['a list', () => start(wrong([1, 2])), /^languageModel: wants a prompt .* got an array$/],
])
