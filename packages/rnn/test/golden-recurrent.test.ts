import { unbind, type Variable } from '@unroll/autograd'
import {
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type Nonlinearity,
  type Recurrent,
  RNN,
  RNNCell,
  type State,
} from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { expect } from 'vitest'
import { type Golden, goldenTests } from './support/golden.js'

type AnyState = State & { readonly c?: Variable }

goldenTests(
  'cell',
  [
    'rnncell_tanh_nostate',
    'rnncell_tanh_nobias_h0',
    'rnncell_tanh_loop3',
    'lstmcell_loop3',
    'lstmcell_medium',
    'grucell_h0',
    'grucell_loop3',
  ],
  {},
  (golden) => {
    const cell = cellOf(golden)
    golden.fill(cell)
    const input = golden.need('input')
    let state = startOf(golden)
    for (const x of golden.meta.steps === 1 ? [input] : unbind(input)) state = cell.step(x, state)
    golden.check({ h_n: state?.h, c_n: state?.c })
  },
)

// There are no figures for two directions and for sequences of several lengths: see layers.test.ts and
// fused.test.ts. Projections wait for later work.
goldenTests(
  'rnn',
  [
    'rnn_tanh_l2_uni_small_h0',
    'rnn_tanh_l3_uni_bf',
    'rnn_tanh_b1_l1_h0',
    'rnn_relu_l1_uni_tiny_h0',
    'rnn_relu_l1_uni_nobias_bf_h0',
    'rnn_relu_t1_b1_i1_h1',
    'lstm_l2_uni_small_h0',
    'lstm_l3_uni_bf',
    'lstm_moderate',
    'gru_l1_uni_tiny',
    'gru_l1_uni_tiny_h0',
    'gru_l1_uni_nobias_bf_h0',
    'gru_l2_uni_small_h0',
    'gru_b1_l1_h0',
  ],
  {},
  (golden) => {
    const layer = layerOf(golden)
    golden.fill(layer)
    const [output, end] = layer.forward(golden.need('input'), startOf(golden))
    golden.check({ output, h_n: end.h, c_n: end.c })
  },
)

/** The state that the case starts from, if it has one. */
function startOf(golden: Golden): AnyState | undefined {
  const [h, c] = [golden.input('h_0'), golden.input('c_0')]
  return h && (c ? { h, c } : { h })
}

function cellOf(golden: Golden): Cell<AnyState> {
  const sizes = [golden.arg<number>('input_size'), golden.arg<number>('hidden_size')] as const
  const options = {
    bias: golden.arg<boolean>('bias'),
    nonlinearity: golden.arg<Nonlinearity>('nonlinearity'),
    rng: new Random(0),
  }
  switch (golden.meta.module) {
    case 'RNNCell':
      return new RNNCell(...sizes, options)
    case 'LSTMCell':
      return new LSTMCell(...sizes, options)
    case 'GRUCell':
      return new GRUCell(...sizes, options)
    default:
      return expect.fail(`no such cell: ${golden.meta.module}`)
  }
}

function layerOf(golden: Golden): Recurrent<AnyState> {
  const sizes = [golden.arg<number>('input_size'), golden.arg<number>('hidden_size')] as const
  const options = {
    bias: golden.arg<boolean>('bias'),
    numLayers: golden.arg<number>('num_layers'),
    bidirectional: golden.arg<boolean>('bidirectional'),
    batchFirst: golden.arg<boolean>('batch_first'),
    nonlinearity: golden.arg<Nonlinearity>('nonlinearity'),
    rng: new Random(0),
  }
  switch (golden.meta.module) {
    case 'RNN':
      return new RNN(...sizes, options)
    case 'LSTM':
      return new LSTM(...sizes, options)
    case 'GRU':
      return new GRU(...sizes, options)
    default:
      return expect.fail(`no such layer: ${golden.meta.module}`)
  }
}
