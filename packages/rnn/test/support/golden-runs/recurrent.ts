import { unbind, type Variable } from '@unroll/autograd'
import {
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type Recurrent,
  RNN,
  RNNCell,
  type State,
} from '@unroll/rnn'
import { Random, zeros } from '@unroll/tensor'
import { expect } from 'vitest'
import type { Golden, GoldenRun } from '../golden.js'

type AnyState = State & { readonly c?: Variable }

export const cell: GoldenRun = (golden) => {
  const module = cellOf(golden)
  golden.fill(module)
  const input = golden.need('input')
  let state = startOf(golden)
  for (const x of golden.meta.steps === 1 ? [input] : unbind(input)) state = module.step(x, state)
  return golden.claims({ h_n: state?.h, c_n: state?.c })
}

export const rnn: GoldenRun = (golden) => {
  const layer = layerOf(golden)
  golden.fill(layer)
  const [output, end] = layer.forward(golden.need('input'), startOf(golden))
  return golden.claims({ output, h_n: end.h, c_n: end.c })
}

export const packed: GoldenRun = (golden) => {
  const layer = layerOf(golden)
  golden.fill(layer)
  const { lengths = expect.fail('no lengths') } = golden.meta
  const x = golden.need('input')
  const [full, end] = layer.forward(x, startOf(golden), { lengths })
  const longest = Math.max(...lengths) // PyTorch cuts what is padding for all
  const output = layer.batchFirst ? full.slice(null, [0, longest]) : full.slice([0, longest])
  const claims = golden.claims({ output, h_n: end.h, c_n: end.c })

  const bySequence = (y: Variable) => unbind(layer.batchFirst ? y : y.transpose(0, 1))
  for (const y of [full, x.grad ?? expect.fail('no gradient')])
    for (const [b, sequence] of bySequence(y).entries()) {
      const beyond = sequence.slice([lengths[b], null]).value
      const exact = { rtol: 0, atol: 0 }
      claims.push({
        label: `beyond the end of ${b}`,
        actual: beyond,
        expected: zeros(beyond.shape),
        tol: exact,
      })
    }
  return claims
}

/** The state that the case starts from, if it has one. */
function startOf(golden: Golden): AnyState | undefined {
  const [h, c] = [golden.input('h_0'), golden.input('c_0')]
  return h && (c ? { h, c } : { h })
}

function cellOf(golden: Golden): Cell<AnyState> {
  const sizes = [golden.arg<number>('input_size'), golden.arg<number>('hidden_size')] as const
  const options = {
    bias: golden.arg<boolean>('bias'),
    rng: new Random(0),
  }
  switch (golden.meta.module) {
    case 'RNNCell':
      return new RNNCell(...sizes, { ...options, nonlinearity: golden.arg('nonlinearity') })
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
    rng: new Random(0),
  }
  switch (golden.meta.module) {
    case 'RNN':
      return new RNN(...sizes, { ...options, nonlinearity: golden.arg('nonlinearity') })
    case 'LSTM':
      return new LSTM(...sizes, { ...options, projSize: golden.arg('proj_size') })
    case 'GRU':
      return new GRU(...sizes, options)
    default:
      return expect.fail(`no such layer: ${golden.meta.module}`)
  }
}
