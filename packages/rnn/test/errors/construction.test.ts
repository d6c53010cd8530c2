import {
  Dropout,
  Embedding,
  GRU,
  GRUCell,
  Linear,
  LSTM,
  LSTMCell,
  normal,
  orthogonal,
  RNN,
  RNNCell,
  Sequential,
  uniform,
  xavierNormal,
  xavierUniform,
} from '@unroll/rnn'
import { Random, zeros } from '@unroll/tensor'
import { expectRefusals, wrong } from '../support/refusals.js'

const rng = new Random(1)
const linear = new Linear(3, 4, { rng })

expectRefusals([
  ['no options', () => new LSTM(3, 4, wrong()), /^LSTM: wants \{ rng \}.* new Random\(seed\)$/],
  ['no rng', () => new GRUCell(3, 4, wrong({})), /^GRUCell: wants \{ rng \}/],
  ['a function as rng', () => new Linear(3, 4, { rng: wrong(Math.random) }), /^Linear: wants \{ rng \}/],
  ['no rng for Embedding', () => new Embedding(3, 4, wrong({})), /^Embedding: wants \{ rng \}/],
  ['no rng for Dropout', () => new Dropout(0.5, wrong()), /^Dropout: wants \{ rng \}/],
  [
    'an int dtype',
    () => new GRU(3, 4, { rng, dtype: 'int32' }),
    /^GRU: .*float32 or float64, got dtype int32$/,
  ],
  [
    'a dtype that does not exist',
    () => new Linear(1, 1, { rng, dtype: wrong('half') }),
    /^Linear: .*got dtype half$/,
  ],
  ['no hidden units', () => new LSTM(3, 0, { rng }), /^LSTM: hiddenSize is a positive integer, got 0$/],
  ['half an input', () => new RNN(1.5, 4, { rng }), /^RNN: inputSize is a positive integer, got 1.5$/],
  [
    'no size',
    () => new RNNCell(wrong(), 4, { rng }),
    /^RNNCell: inputSize is a positive integer, got undefined$/,
  ],
  [
    'a negative size of a cell',
    () => new LSTMCell(3, -4, { rng }),
    /^LSTMCell: hiddenSize is a positive integer, got -4$/,
  ],
  ['no features', () => new Linear(0, 4, { rng }), /^Linear: inFeatures is a positive integer, got 0$/],
  [
    'NaN features',
    () => new Linear(4, Number.NaN, { rng }),
    /^Linear: outFeatures is a positive integer, got NaN$/,
  ],
  ['an empty table', () => new Embedding(0, 4, { rng }), /^Embedding: count is a positive integer, got 0$/],
  ['vectors of nothing', () => new Embedding(4, 0, { rng }), /^Embedding: dim is a positive integer, got 0$/],
  [
    'paddingIdx out of range',
    () => new Embedding(4, 2, { paddingIdx: 4, rng }),
    /^Embedding: paddingIdx is out of range: 4 \(want -4 … 3\)$/,
  ],
  [
    'a fractional paddingIdx',
    () => new Embedding(4, 2, { paddingIdx: 0.5, rng }),
    /^Embedding: paddingIdx is out of range: 0.5/,
  ],
  ['no layers', () => new GRU(3, 4, { numLayers: 0, rng }), /^GRU: numLayers is a positive integer, got 0$/],
  [
    'bidirectional that is neither true nor false',
    () => new GRU(3, 4, { bidirectional: wrong(2), rng }),
    /^GRU: bidirectional is true or false, got 2$/,
  ],
  [
    'dropout that is no probability',
    () => new LSTM(3, 4, { numLayers: 2, dropout: 1.5, rng }),
    /^LSTM: a probability lies between 0 and 1, got 1.5$/,
  ],
  [
    'dropout with one layer',
    () => new LSTM(3, 4, { dropout: 0.5, rng }),
    /^LSTM: dropout acts between layers, and there is only one; use numLayers ≥ 2/,
  ],
  [
    'p that is no probability',
    () => new Dropout(-0.1, { rng }),
    /^Dropout: a probability lies between 0 and 1, got -0.1$/,
  ],
  ['p that is no number', () => new Dropout(Number.NaN, { rng }), /^Dropout: .*got NaN$/],
  [
    'another nonlinearity',
    () => new RNNCell(3, 4, { nonlinearity: wrong('gelu'), rng }),
    /^RNNCell: nonlinearity is tanh or relu, got gelu$/,
  ],
  [
    'forgetBias without a bias',
    () => new LSTMCell(3, 4, { forgetBias: 1, bias: false, rng }),
    /^LSTMCell: forgetBias wants a bias, and bias is false$/,
  ],
  [
    'forgetBias NaN',
    () => new LSTMCell(3, 4, { forgetBias: Number.NaN, rng }),
    /^LSTMCell: forgetBias is a finite number, got NaN$/,
  ],
  [
    'inputInit of another shape',
    () => new GRUCell(3, 4, { inputInit: () => zeros([3, 4]), rng }),
    /^GRUCell: inputInit: wants an initial block \[4, 3\], got \[3, 4\]$/,
  ],
  [
    'recurrentInit that gives nothing',
    () => new GRUCell(3, 4, { recurrentInit: () => wrong(), rng }),
    /^GRUCell: recurrentInit: wants an initial block \[4, 4\], got undefined$/,
  ],
  [
    'Sequential of nothing',
    () => new Sequential(wrong()),
    /^Sequential: wants modules, got undefined at position 0$/,
  ],
  [
    'Sequential of a function',
    () => new Sequential(linear, wrong(Math.tanh)),
    /^Sequential: wants modules, got function at position 1$/,
  ],

  [
    'orthogonal vectors',
    () => orthogonal()([4], rng),
    /^orthogonal: wants the shape of a matrix, got \[4\]$/,
  ],
  [
    'orthogonal with a gain of NaN',
    () => orthogonal(Number.NaN)([4, 4], rng),
    /^orthogonal: gain is a finite number, got NaN$/,
  ],
  [
    'xavierUniform of three axes',
    () => xavierUniform()([4, 4, 4], rng),
    /^xavier: wants the shape of a matrix, \[fanOut, fanIn\], got \[4, 4, 4\]$/,
  ],
  [
    'xavierNormal of a vector',
    () => xavierNormal()([4], rng),
    /^xavier: wants the shape of a matrix, .* got \[4\]$/,
  ],
  [
    'xavierUniform with a gain of NaN',
    () => xavierUniform(Number.NaN)([4, 4], rng),
    /^uniform: wants finite low ≤ high, got NaN and NaN$/,
  ],
  ['a negative bound', () => uniform(-1)([4], rng), /^uniform: wants finite low ≤ high, got 1 and -1$/],
  [
    'a negative deviation',
    () => normal(-1)([4], rng),
    /^normal: wants a finite mean and a finite standard deviation ≥ 0/,
  ],
])
