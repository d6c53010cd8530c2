import { add, type Variable } from '@unroll/autograd'
import { Embedding, GRU, LayerNorm, Linear, LSTM, Module, MultiheadAttention } from '@unroll/rnn'
import type { DType, Random, Tensor } from '@unroll/tensor'

/** Whole models, the fields of which go by the names that they have in pytorch.py. */

export class Tagger extends Module {
  readonly charEmbedding: Embedding
  readonly encoder: LSTM
  readonly selfAttention: MultiheadAttention
  readonly norm: LayerNorm
  readonly heads: readonly Linear[]

  constructor(symbols: number, features: number, hidden: number, options: { rng: Random; dtype: DType }) {
    super()
    const { dtype } = options
    this.charEmbedding = new Embedding(symbols, features, { ...options, paddingIdx: 0 })
    this.encoder = new LSTM(features, hidden, { ...options, numLayers: 2, bidirectional: true })
    this.selfAttention = new MultiheadAttention(2 * hidden, 2, options)
    this.norm = new LayerNorm(2 * hidden, { dtype })
    this.heads = [new Linear(2 * hidden, 3, options), new Linear(2 * hidden, 2, { ...options, bias: false })]
  }

  forward(symbols: Tensor): Variable[] {
    const [y] = this.encoder.forward(this.charEmbedding.forward(symbols))
    const normal = this.norm.forward(add(y, this.selfAttention.forward(y)[0]))
    return this.heads.map((head) => head.forward(normal))
  }
}

export class Forecaster extends Module {
  readonly rnn: GRU
  readonly head: Linear

  constructor(features: number, hidden: number, options: { rng: Random; dtype: DType }) {
    super()
    this.rnn = new GRU(features, hidden, options)
    this.head = new Linear(hidden, 1, options)
  }

  forward(x: Tensor): Variable {
    return this.head.forward(this.rnn.forward(x)[0])
  }
}
