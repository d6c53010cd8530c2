import type { Variable } from '@unroll/autograd'
import { Adam, clipGradNorm, crossEntropy, Embedding, Linear, LSTM, Module } from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'

/** Symbols in, logits of the next ones out, `[B, T]` to `[B, T, V]`, through some layers of an LSTM. */
export class CharLM extends Module {
  readonly embedding: Embedding
  readonly lstm: LSTM
  readonly head: Linear

  constructor(
    symbols: number,
    hiddenSize: number,
    options: { numLayers: number; dropout?: number; rng: Random },
  ) {
    super()
    this.embedding = new Embedding(symbols, hiddenSize, { rng: options.rng })
    this.lstm = new LSTM(hiddenSize, hiddenSize, options)
    this.head = new Linear(hiddenSize, symbols, { rng: options.rng })
  }

  forward(x: Tensor): Variable {
    const [output] = this.lstm.forward(this.embedding.forward(x))
    return this.head.forward(output)
  }
}

export interface Batch {
  /** Int32 `[B, T]` */
  readonly x: Tensor
  readonly y: Tensor
}

/** Pieces of one long text of symbols that can be learned: each is the sum of the two before it. */
export function batchesOf(symbols: number, count: number, B: number, T: number): Batch[] {
  const rng = new Random(3)
  return Array.from({ length: count }, () => {
    const rows = rng.permutation(B * (T + 1)).reshape([B, T + 1])
    const text = rows.data as Int32Array
    for (let b = 0; b < B; b++)
      for (let t = 0; t <= T; t++) {
        const at = b * (T + 1) + t
        text[at] = t < 2 ? text[at] % symbols : (text[at - 1] + text[at - 2]) % symbols
      }
    return { x: rows.slice(null, [0, T]), y: rows.slice(null, [1, T + 1]) }
  })
}

/** A model with all that it takes to train it: a step is the same for every kind of kernels. */
export function trainer(model: CharLM, { lr = 0.01, maxNorm = 0.5 } = {}) {
  const optimizer = new Adam(model.parameters(), { lr })
  const step = ({ x, y }: Batch) => {
    optimizer.zeroGrad()
    const loss = crossEntropy(model.forward(x), y)
    loss.backward()
    const norm = clipGradNorm(model.parameters(), maxNorm)
    optimizer.step()
    return { loss, norm }
  }
  return { model, optimizer, step }
}
