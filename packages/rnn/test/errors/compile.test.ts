import { variable } from '@unroll/autograd'
import {
  compile,
  Embedding,
  GRU,
  GRUCell,
  Linear,
  LSTM,
  LSTMCell,
  Module,
  RNN,
  Sequential,
} from '@unroll/rnn'
import { Random, tensor, zeros } from '@unroll/tensor'
import { expectRefusals, type Refusal, wrong } from '../support/refusals.js'

class Twice extends Module {}
class OtherLinear extends Linear {}
class OtherCell extends GRUCell {}

const rng = new Random(1)
const embedding = new Embedding(5, 3, { rng })
const lstm = new LSTM(3, 4, { numLayers: 2, rng })
const linear = new Linear(4, 2, { rng })
const session = compile([embedding, lstm, linear])
const ofVectors = compile([lstm])
const h = variable(zeros([2, 1, 4]))

expectRefusals([
  ['no list', () => compile(wrong(lstm)), /^compile: wants a list of modules, got LSTM$/],
  ['an empty list', () => compile([]), /^compile: wants modules that compute something, got none$/],
  [
    'what is no module',
    () => compile([wrong(zeros([1]))]),
    /^compile: does not know Tensor \(but Embedding, /,
  ],
  ['nothing', () => compile([wrong()]), /^compile: does not know undefined /],
  ['a module that is not known', () => compile([lstm, new Twice()]), /^compile: does not know Twice /],
  [
    'the same, deep within',
    () => compile([new Sequential(linear, new Sequential(wrong(new Twice())))]),
    /^compile: does not know Twice /,
  ],
  [
    'a module derived from one',
    () => compile([new OtherLinear(1, 1, { rng })]),
    /^compile: does not know OtherLinear /,
  ],
  [
    'a cell derived from one',
    () => compile([new OtherCell(1, 1, { rng })]),
    /^compile: there is no kernel for OtherCell$/,
  ],
  [
    'a cell with peepholes and a projection',
    () => compile([new LSTMCell(3, 4, { peephole: true, projSize: 2, rng })]),
    /^compile: there is no kernel for LSTMCell with projSize, peephole$/,
  ],
  ...[{ coupled: true }, { cellClip: 1 }, { layerNorm: true }, { projSize: 2 }].map(
    (options): Refusal => [
      `an LSTM with ${Object.keys(options)}`,
      () => compile([new LSTM(3, 4, { ...options, rng })]),
      new RegExp(`^compile: there is no kernel for LSTMCell with ${Object.keys(options)}$`),
    ],
  ),
  [
    'a GRU that resets before the product, normalised',
    () => compile([new GRU(3, 4, { resetAfter: false, layerNorm: true, rng })]),
    /^compile: there is no kernel for GRUCell with layerNorm, resetAfter: false$/,
  ],
  [
    'an RNN with layerNorm',
    () => compile([new RNN(3, 4, { layerNorm: true, rng })]),
    /^compile: there is no kernel for RNNCell with layerNorm$/,
  ],
  [
    'both directions',
    () => compile([new LSTM(3, 4, { bidirectional: true, rng })]),
    /^compile: LSTM is bidirectional, and would read the sequence from its end$/,
  ],
  [
    'indices in between',
    () => compile([lstm, embedding]),
    /^compile: Embedding takes an index and can only be the first, but LSTM comes before it$/,
  ],
  [
    'sizes that do not fit',
    () => compile([embedding, linear]),
    /^compile: Linear takes 4 numbers, but Embedding before it gives 3$/,
  ],
  [
    'two dtypes',
    () => compile([lstm, new Linear(4, 2, { rng, dtype: 'float64' })]),
    /^compile: Linear is of dtype float64, but LSTM before it of float32$/,
  ],

  [
    'an index out of range',
    () => session.step(5),
    /^Session.step: Embedding wants an index from 0 to 4, got 5$/,
  ],
  [
    'a negative index',
    () => session.step(-1),
    /^Session.step: Embedding wants an index from 0 to 4, got -1$/,
  ],
  ['a fraction', () => session.step(0.5), /^Session.step: Embedding wants an index .*, got 0.5$/],
  [
    'a vector for an index',
    () => session.step([1]),
    /^Session.step: Embedding wants an index .*, got an array$/,
  ],
  ['a vector of another length', () => ofVectors.step([1, 2]), /^Session.step: LSTM wants 3 numbers, got 2$/],
  ['an index for a vector', () => ofVectors.step(1), /^Session.step: LSTM wants 3 numbers, got 1$/],
  [
    'a tensor',
    () => ofVectors.step(wrong(tensor([1, 2, 3]))),
    /^Session.step: LSTM wants 3 numbers, got Tensor$/,
  ],
  [
    'nothing for a vector',
    () => ofVectors.step(wrong()),
    /^Session.step: LSTM wants 3 numbers, got undefined$/,
  ],

  [
    'a state, not a list of them',
    () => assign(wrong({ h, c: h })),
    /^Session.states: wants a list of 1, one for each recurrent module; got Object$/,
  ],
  ['too few states', () => assign([]), /^Session.states: wants a list of 1, .*; got 0$/],
  [
    'a state without c',
    () => assign([{ h }]),
    /^Session.states: LSTM: wants state \{ h: \[2, 1, 4\], c: \[2, 1, 4\] \} of float variables, got c: undefined$/,
  ],
  [
    'a state of another size',
    () => assign(wrong([{ h, c: variable(zeros([2, 2, 4])) }])),
    /^Session.states: LSTM: wants state .*, got c: \[2, 2, 4\]$/,
  ],
  ['no state', () => assign([wrong(undefined)]), /^Session.states: LSTM: wants state .*, got h: undefined$/],
  ['a cell for a layer', () => assign(wrong([new LSTMCell(3, 4, { rng }).zeroState(1)])), /got h: \[1, 4\]$/],
])

function assign(states: (typeof session)['states']): void {
  session.states = states
}
