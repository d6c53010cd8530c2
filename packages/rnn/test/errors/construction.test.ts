import type { Variable } from '@unroll/autograd'
import {
  Cell,
  Dropout,
  Embedding,
  GRU,
  GRUCell,
  Linear,
  LSTM,
  LSTMCell,
  normal,
  orthogonal,
  Recurrent,
  RNN,
  RNNCell,
  Sequential,
  type State,
  uniform,
  xavierNormal,
  xavierUniform,
} from '@unroll/rnn'
import { Random, zeros } from '@unroll/tensor'
import { expectRefusals, type Refusal, wrong } from '../support/refusals.js'

const rng = new Random(1)
const linear = new Linear(3, 4, { rng })

/** A cell of any sizes, for a layer to look at. */
class Plain extends Cell {
  constructor(
    readonly inputSize: number,
    readonly stateSizes: { h: number; m?: number },
  ) {
    super()
  }
  advance(_: Variable, state: State) {
    return state
  }
}

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
    'a bias that is neither true nor false',
    () => new LSTM(3, 4, { bias: wrong(0), rng }),
    /^LSTMCell: bias is true or false, got 0$/,
  ],
  [
    'a projection to all units',
    () => new LSTMCell(3, 4, { projSize: 4, rng }),
    /^LSTMCell: projSize is smaller than hiddenSize, got 4 and 4$/,
  ],
  ...[0, -1, 1.5].map(
    (projSize): Refusal => [
      `a projection to ${projSize} units`,
      () => new LSTM(3, 4, { projSize, rng }),
      new RegExp(`^LSTMCell: projSize is a positive integer, got ${projSize}$`),
    ],
  ),
  ...['peephole', 'coupled', 'layerNorm'].map(
    (name): Refusal => [
      `${name} that is neither true nor false`,
      () => new LSTMCell(3, 4, { [name]: 1, rng }),
      new RegExp(`^LSTMCell: ${name} is true or false, got 1$`),
    ],
  ),
  ...[0, -1, Number.NaN, '1'].map(
    (cellClip): Refusal => [
      `cellClip ${cellClip}`,
      () => new LSTMCell(3, 4, { cellClip: wrong(cellClip), rng }),
      /^LSTMCell: cellClip is a (finite )?number( > 0)?, got /,
    ],
  ),
  [
    'resetAfter that is neither true nor false',
    () => new GRU(3, 4, { resetAfter: wrong('no'), rng }),
    /^GRUCell: resetAfter is true or false, got string$/,
  ],
  [
    'inputInit that does not draw',
    () => new GRUCell(3, 4, { inputInit: wrong('zeros'), rng }),
    /^GRUCell: inputInit: wants a function that draws, got string$/,
  ],
  [
    'an initial table of another shape',
    () => new Embedding(4, 3, { init: () => zeros([3, 4]), rng }),
    /^Embedding: init: wants an initial block \[4, 3\], got \[3, 4\]$/,
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
    'PyTorch’s writing of an option',
    () => new LSTM(3, 4, wrong({ rng, batch_first: true })),
    /^LSTM: has no option batch_first: did you mean batchFirst\?$/,
  ],
  [
    'the same for a cell',
    () => new LSTMCell(3, 4, wrong({ rng, proj_size: 2 })),
    /^LSTMCell: has no option proj_size: did you mean projSize\?$/,
  ],
  [
    'a slip in the name of an option',
    () => new GRU(3, 4, wrong({ rng, bidirectionl: true })),
    /^GRU: has no option bidirectionl: did you mean bidirectional\?$/,
  ],
  [
    'two letters changed round',
    () => new Linear(3, 4, wrong({ rng, bais: false })),
    /^Linear: has no option bais: did you mean bias\?$/,
  ],
  [
    'an option of other networks',
    () => new GRU(3, 4, wrong({ rng, projSize: 2 })),
    /^GRU: has no option projSize \(it has numLayers, .*, resetAfter\)$/,
  ],
  [
    'the nonlinearity of an LSTM',
    () => new LSTM(3, 4, wrong({ rng, nonlinearity: 'relu' })),
    /^LSTM: has no option nonlinearity \(it has numLayers, .*, cellClip\)$/,
  ],
  [
    'forgetBias of an RNN',
    () => new RNN(3, 4, wrong({ rng, forgetBias: 1 })),
    /^RNN: has no option forgetBias \(it has numLayers, .*, nonlinearity\)$/,
  ],
  [
    'an option of layers for a cell',
    () => new GRUCell(3, 4, wrong({ rng, numLayers: 2 })),
    /^GRUCell: has no option numLayers \(it has rng, dtype, bias, .*\)$/,
  ],
  [
    'an option of cells for a layer of any cells',
    () => new Recurrent(3, (size) => new GRUCell(size, 4, { rng }), wrong({ dtype: 'float64' })),
    /^Recurrent: has no option dtype \(it has numLayers, /,
  ],
  [
    'an unknown option of Embedding',
    () => new Embedding(3, 4, wrong({ rng, padding_idx: 0 })),
    /^Embedding: has no option padding_idx: did you mean paddingIdx\?$/,
  ],
  [
    'an unknown option of Dropout',
    () => new Dropout(0.5, wrong({ rng, inplace: true })),
    /^Dropout: has no option inplace \(it has rng\)$/,
  ],
  [
    'the number of layers by its place, as in PyTorch',
    () => new LSTM(3, 4, wrong(2)),
    /^LSTM: wants options by name, as in \{ rng \}, got 2$/,
  ],
  [
    'null as options',
    () => new Recurrent(3, (size) => new GRUCell(size, 4, { rng }), wrong(null)),
    /^Recurrent: wants options by name, .*, got null$/,
  ],
  [
    'dropout true',
    () => new LSTM(3, 4, { numLayers: 2, dropout: wrong(true), rng }),
    /^LSTM: a probability lies between 0 and 1, got boolean$/,
  ],
  ...[-1, 1.5, Number.NaN].map(
    (numLayers): Refusal => [
      `${numLayers} layers`,
      () => new RNN(3, 4, { numLayers, rng }),
      new RegExp(`^RNN: numLayers is a positive integer, got ${numLayers}$`),
    ],
  ),
  [
    'both reverse and bidirectional',
    () => new GRU(3, 4, { reverse: true, bidirectional: true, rng }),
    /^GRU: reverse and bidirectional exclude each other/,
  ],
  [
    'a way to merge that there is not',
    () => new GRU(3, 4, { merge: wrong('ave'), bidirectional: true, rng }),
    /^GRU: merge is one of concat, sum, mean, mul, got ave$/,
  ],
  [
    'merge with one direction',
    () => new GRU(3, 4, { merge: 'sum', rng }),
    /^GRU: merge is about two directions, and bidirectional is false$/,
  ],
  ...['batchFirst', 'returnSequences', 'reverse'].map(
    (name): Refusal => [
      `${name} that is neither true nor false`,
      () => new GRU(3, 4, { [name]: 'yes', rng }),
      new RegExp(`^GRU: ${name} is true or false, got string$`),
    ],
  ),
  [
    'dropout without a generator',
    () => new Recurrent(3, (size) => new Plain(size, { h: 2 }), { numLayers: 2, dropout: 0.5 }),
    /^Recurrent: wants \{ rng \}, the generator that draws what is dropped$/,
  ],
  [
    'a cell in the place of what makes it',
    () => new Recurrent(3, wrong(new GRUCell(3, 4, { rng }))),
    /^Recurrent: wants a function that makes its cells, got GRUCell$/,
  ],
  ['no cell', () => new Recurrent(3, () => wrong()), /^Recurrent: wants a cell for layer 0, got undefined$/],
  [
    'a layer for a cell',
    () => new Recurrent(3, (size) => wrong(new GRU(size, 4, { rng }))),
    /^Recurrent: wants a cell for layer 0, got GRU$/,
  ],
  [
    'a cell that does not read what comes to it',
    () => new Recurrent(3, () => new GRUCell(3, 4, { rng }), { numLayers: 2 }),
    /^Recurrent: the cell of layer 1 reads 3 features, and gets 4$/,
  ],
  [
    'layers whose states differ in size',
    () => new Recurrent(3, (size, { layer }) => new GRUCell(size, 4 + layer, { rng }), { numLayers: 2 }),
    /^Recurrent: the state of every cell has the sizes of the first, \{ h: 4 \}; layer 1 has \{ h: 5 \}$/,
  ],
  [
    'directions whose states have other parts',
    () =>
      new Recurrent<State>(3, (size, { reverse }) => new Plain(size, reverse ? { h: 2, m: 1 } : { h: 2 }), {
        bidirectional: true,
      }),
    /^Recurrent: the state of every cell has the sizes of the first, \{ h: 2 \}; layer 0 has \{ h: 2, m: 1 \}$/,
  ],
  [
    'directions that give out other sizes, to be added',
    () =>
      new Recurrent(
        3,
        (size, { reverse }) =>
          reverse
            ? new (class extends Plain {
                override get outputSize() {
                  return 5
                }
              })(size, { h: 2 })
            : new Plain(size, { h: 2 }),
        { bidirectional: true, merge: 'sum' },
      ),
    /^Recurrent: merge sum wants directions of one size, got 2 and 5$/,
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
