import * as tf from '@tensorflow/tfjs'

/**
 * The sequence model, unrolled by hand, as it was found to run fastest with the WebAssembly back end:
 *
 * - the input projection of all time steps is one product;
 * - time steps and gates are cut by `split`, whose gradient is one `concat` (that of `slice` is a padded copy for
 *   every step), and along the first axis, where a part is one block: states are columns, `[H, B]`;
 * - products for training (`trainable`) are differentiated with explicit transposes.
 */
export function makeModel({ cell, layers, vocabulary }, data, products = inferable) {
  const weights = {}
  for (const [name, { shape, data: values }] of Object.entries(data))
    if (name.includes('.')) weights[name] = tf.variable(tf.tensor(values, shape), true, name)
  const H = data['rnn.weight_hh_l0'].shape[1]
  const step = cells[cell]
  const parametersOf = (layer) =>
    ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].map((name) => weights[`rnn.${name}_l${layer}`])
  const zeros = (B) => Array.from({ length: cell === 'lstm' ? 2 : 1 }, () => tf.zeros([H, B]))
  // The recurrent bias can be added for all time steps at once, but for the GRU's, which is gated.
  const outer = (bi, bh) => (cell === 'gru' ? bi : bi.add(bh))
  const column = (bias) => bias.reshape([-1, 1])

  return {
    weights,
    /** One-hot rows [T · B, V], or numbers [T · B, F], and B. */
    inputs({ shape: [B, T, F], data: values }) {
      if (vocabulary) {
        const symbols = tf.tensor(values, [B, T], 'int32').transpose().flatten()
        return [tf.oneHot(symbols, vocabulary).toFloat(), B]
      }
      const numbers = tf.tensor(values, [B, T, F]).transpose([1, 0, 2])
      return [numbers.reshape([T * B, F]), B]
    },
    /** Inputs to logits [T · B, outputs]. */
    unroll([xs, B]) {
      const T = xs.shape[0] / B
      // The embedding as a product with one-hot rows: this back end has no gradient of `gather`.
      let hidden = vocabulary ? products.right(xs, weights['embedding.weight']) : xs
      for (let layer = 0; layer < layers; layer++) {
        const [wi, wh, bi, bh] = parametersOf(layer)
        const projected = products.right(hidden, wi.transpose()).add(outer(bi, bh))
        const columns = projected.reshape([T, B, -1]).transpose([0, 2, 1]).reshape([-1, B])
        const recur = products.left(wh)
        const bias = column(bh)
        let state = zeros(B)
        const outputs = cut(columns, T).map((p) => {
          state = step(p, state, recur, bias)
          return state[0]
        })
        hidden = tf
          .concat(outputs, 0)
          .reshape([T, H, B])
          .transpose([0, 2, 1])
          .reshape([T * B, H])
      }
      return products.right(hidden, weights['output.weight'].transpose()).add(weights['output.bias'])
    },
    /**
     * For one symbol at a time. Here states are rows, `[1, H]`: then weights stand on the right of products, where
     * the back end keeps them packed.
     */
    stepper() {
      const transposed = (name) => weights[name].transpose()
      const parameters = Array.from({ length: layers }, (_, layer) => {
        const [, , bi, bh] = parametersOf(layer)
        const [wi, wh] = [transposed(`rnn.weight_ih_l${layer}`), transposed(`rnn.weight_hh_l${layer}`)]
        return { wi, bias: outer(bi, bh).clone(), recur: (h) => tf.matMul(h, wh), bh }
      })
      const output = transposed('output.weight')
      return {
        zeroState: () => parameters.map(() => zeros(1).map((column) => column.reshape([1, H]))),
        /** A symbol through all layers: the states, and logits [1, V]. */
        advance(symbol, states) {
          let input = weights['embedding.weight'].slice([symbol, 0], [1, -1])
          const next = states.map((state, layer) => {
            const { wi, bias, recur, bh } = parameters[layer]
            const after = step(tf.matMul(input, wi).add(bias), state, recur, bh, 1)
            input = after[0]
            return after
          })
          return [next, tf.matMul(input, output).add(weights['output.bias'])]
        },
      }
    },
  }
}

/**
 * A tensor in equal parts along its first axis. For every part, `split` reads the whole tensor; so it is cut into a
 * few parts first, and those again.
 */
function cut(x, count) {
  const few = Math.floor(Math.sqrt(count))
  if (few < 2 || count % few !== 0) return tf.split(x, count, 0)
  return tf.split(x, few, 0).flatMap((part) => cut(part, count / few))
}

/**
 * From the projected input [gates · H, B], the state [H, B] and the product with the recurrent weights to the next
 * state; the gates lie along `axis`.
 */
const cells = {
  rnn: (p, [h], recur) => [p.add(recur(h)).tanh()],

  lstm(p, [h, c], recur, _, axis = 0) {
    const [i, f, g, o] = tf.split(p.add(recur(h)), 4, axis)
    const next = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()))
    return [o.sigmoid().mul(next.tanh()), next]
  },

  gru(p, [h], recur, bias, axis = 0) {
    const [pr, pz, pn] = tf.split(p, 3, axis)
    const [hr, hz, hn] = tf.split(recur(h).add(bias), 3, axis)
    const z = pz.add(hz).sigmoid()
    const n = pn.add(pr.add(hr).sigmoid().mul(hn)).tanh()
    return [n.add(z.mul(h.sub(n)))]
  },
}

const inferable = {
  right: (a, b) => tf.matMul(a, b),
  left: (a) => (b) => tf.matMul(a, b),
}

/**
 * Products whose gradients transpose explicitly: `matMul` with transpose flags, which its own gradient uses, is many
 * times slower here. Of the same matrix on the left of many, the transpose is taken once.
 */
export const trainable = {
  right: tf.customGrad((a, b, save) => {
    save([a, b])
    return {
      value: tf.matMul(a, b),
      gradFunc: (dy, [a, b]) => [tf.matMul(dy, b.transpose()), tf.matMul(a.transpose(), dy)],
    }
  }),

  left(a) {
    const transposed = a.transpose()
    const product = tf.customGrad((a, b, save) => {
      save([b, transposed])
      return {
        value: tf.matMul(a, b),
        gradFunc: (dy, [b, transposed]) => [tf.matMul(dy, b.transpose()), tf.matMul(transposed, dy)],
      }
    })
    return (b) => product(a, b)
  },
}
