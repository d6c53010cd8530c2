import { nn, numpy as np } from '@jax-js/jax'

// jax-js counts references: a function uses its arguments up, and `.ref` keeps one for later. It has no
// `scan`, so a sequence is unrolled when it is compiled.

/** Inputs [T, B, V or F] to outputs [T, B, outputs]. */
export function unroll({ cell, layers, vocabulary, hidden }, parameters, xs) {
  const [T, B] = xs.shape
  let rows = vocabulary ? np.matmul(xs, parameters['embedding.weight']) : xs
  for (let layer = 0; layer < layers; layer++) {
    const [wi, wh, bi, bh] = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map(
      (name) => parameters[`rnn.${name}_l${layer}`],
    )
    // The recurrent bias can be added for all time steps at once, but for the GRU's, which is gated.
    const [outer, inner] = cell === 'gru' ? [bi, bh] : [bi.add(bh), np.zeros([1])]
    const projected = np.matmul(rows, np.transpose(wi)).add(outer)
    const transposed = np.transpose(wh)
    let state = Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => np.zeros([B, hidden]))
    const outputs = []
    for (let t = 0; t < T; t++) {
      const [h, ...rest] = state
      const product = np.matmul(h.ref, transposed.ref)
      const recurrent = cell === 'gru' ? product.add(inner.ref) : product
      state = cells[cell](projected.ref.slice(t), recurrent, [h, ...rest], hidden)
      outputs.push(state[0].ref)
    }
    for (const part of [...state, projected, transposed, inner]) part.dispose()
    rows = np.stack(outputs, 0)
  }
  return np.matmul(rows, np.transpose(parameters['output.weight'])).add(parameters['output.bias'])
}

/** One symbol [1] through an embedding and an LSTM of one layer: logits, h and c. */
export function advance(parameters, symbol, h, c) {
  const of = (name) => parameters[`rnn.${name}_l0`]
  const hidden = h.shape[1]
  const x = np.take(parameters['embedding.weight'], symbol, 0)
  const projected = np.matmul(x, np.transpose(of('weight_ih'))).add(of('bias_ih'))
  const recurrent = np.matmul(h.ref, np.transpose(of('weight_hh'))).add(of('bias_hh'))
  const [nextH, nextC] = cells.lstm(projected, recurrent, [h, c], hidden)
  const logits = np
    .matmul(nextH.ref, np.transpose(parameters['output.weight']))
    .add(parameters['output.bias'])
  return [logits, nextH, nextC]
}

const cells = {
  rnn(p, r, [h]) {
    h.dispose()
    return [np.tanh(p.add(r))]
  },

  lstm(p, r, [h, c], H) {
    h.dispose()
    const [i, f, g, o] = gates(p.add(r), 4, H)
    const next = nn
      .sigmoid(f)
      .mul(c)
      .add(nn.sigmoid(i).mul(np.tanh(g)))
    return [nn.sigmoid(o).mul(np.tanh(next.ref)), next]
  },

  gru(p, r, [h], H) {
    const [pr, pz, pn] = gates(p, 3, H)
    const [hr, hz, hn] = gates(r, 3, H)
    const z = nn.sigmoid(pz.add(hz))
    const n = np.tanh(pn.add(nn.sigmoid(pr.add(hr)).mul(hn)))
    return [n.ref.add(z.mul(h.sub(n)))]
  },
}

function gates(x, count, H) {
  const parts = Array.from({ length: count }, (_, gate) => x.ref.slice([], [gate * H, (gate + 1) * H]))
  x.dispose()
  return parts
}
