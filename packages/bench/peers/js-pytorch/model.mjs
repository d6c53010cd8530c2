import { torch } from 'js-pytorch'

const { nn } = torch

/** Of its own layers, a linear one for each gate: it has no recurrent ones, and no way to cut a tensor up. */
export class SequenceModel extends nn.Module {
  constructor({ cell, vocabulary, features, hidden }, data) {
    super()
    this.cell = cell
    this.hidden = hidden
    if (vocabulary) {
      this.embedding = new nn.Embedding(vocabulary, features)
      this.embedding.E = parameter(rows(data['embedding.weight'], 0, vocabulary))
    }
    for (const [gate, name] of gateNames[cell].entries()) {
      this[`${name}_x`] = linear(data['rnn.weight_ih_l0'], data['rnn.bias_ih_l0'], gate, hidden)
      this[`${name}_h`] = linear(data['rnn.weight_hh_l0'], data['rnn.bias_hh_l0'], gate, hidden)
    }
    this.output = linear(data['output.weight'], data['output.bias'], 0, vocabulary ?? 1)
  }

  /** T tensors [B, 1] or [B, F] to T tensors [B, outputs]. */
  forward(xs) {
    const B = xs[0].shape[0]
    let state = [torch.zeros([B, this.hidden]), torch.zeros([B, this.hidden])]
    return xs.map((x) => {
      const input = this.embedding ? this.embedding.forward(x).reshape([B, this.embedding.E.shape[1]]) : x
      state = this[this.cell](input, ...state)
      return this.output.forward(state[0])
    })
  }

  rnn(x, h) {
    return [tanh(this.n_x.forward(x).add(this.n_h.forward(h)))]
  }

  lstm(x, h, c) {
    const gate = (name) => this[`${name}_x`].forward(x).add(this[`${name}_h`].forward(h))
    const next = sigmoid(gate('f'))
      .mul(c)
      .add(sigmoid(gate('i')).mul(tanh(gate('g'))))
    return [sigmoid(gate('o')).mul(tanh(next)), next]
  }

  gru(x, h) {
    const r = sigmoid(this.r_x.forward(x).add(this.r_h.forward(h)))
    const z = sigmoid(this.z_x.forward(x).add(this.z_h.forward(h)))
    const n = tanh(this.n_x.forward(x).add(r.mul(this.n_h.forward(h))))
    return [n.add(z.mul(h.sub(n)))]
  }
}

const gateNames = { rnn: ['n'], lstm: ['i', 'f', 'g', 'o'], gru: ['r', 'z', 'n'] }

/** 1 / (1 + e⁻ˣ) */
function sigmoid(x) {
  return torch.ones(x.shape).div(x.mul(-1).exp().add(1))
}

/** 2 σ(2x) − 1 */
function tanh(x) {
  return sigmoid(x.mul(2)).mul(2).add(-1)
}

/** The rows of one gate, as a linear layer. */
function linear(weight, bias, gate, size) {
  const columns = weight.shape[1]
  const layer = new nn.Linear(columns, size)
  const matrix = rows(weight, gate * size, size)
  layer.W = parameter(Array.from({ length: columns }, (_, i) => matrix.map((row) => row[i])))
  layer.b = parameter(Array.from(bias.data.subarray(gate * size, (gate + 1) * size)))
  return layer
}

function rows({ shape, data }, start, count) {
  const columns = shape[1]
  return Array.from({ length: count }, (_, i) => {
    return Array.from(data.subarray((start + i) * columns, (start + i + 1) * columns))
  })
}

function parameter(values) {
  return torch.tensor(values, true)
}
