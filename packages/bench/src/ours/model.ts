import type { Variable } from '@unroll/autograd'
import { Embedding, GRU, Linear, LSTM, Module, type Recurrent, RNN, type State } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import type { Data, Matrix } from '../workloads/data.js'
import type { Model } from '../workloads/workload.js'

/** Embedding (where there is a vocabulary) → recurrent layers → linear. */
export class SequenceModel extends Module {
  readonly embedding: Embedding | undefined
  readonly rnn: Recurrent<State>
  readonly output: Linear
  readonly checkpointEvery: number | undefined

  constructor({ cell, layers, vocabulary, features, hidden, checkpointEvery }: Model) {
    super()
    const rng = new Random(1)
    this.embedding = vocabulary ? new Embedding(vocabulary, features, { rng }) : undefined
    this.rnn = new recurrent[cell](features, hidden, { numLayers: layers, rng })
    this.output = new Linear(hidden, vocabulary ?? 1, { rng })
    this.checkpointEvery = checkpointEvery
  }

  /** x `[B, T]` or `[B, T, F]` to `[B, T, outputs]`, and the state to go on from. */
  forward(x: Tensor, state?: State): [output: Variable, state: State] {
    const { checkpointEvery } = this
    const inputs = this.embedding ? this.embedding.forward(x) : x
    const [hidden, next] = this.rnn.forward(inputs, state, { checkpointEvery })
    return [this.output.forward(hidden), next]
  }
}

const recurrent = { rnn: RNN, lstm: LSTM, gru: GRU }

/** The model, with the weights that all contestants begin with. */
export function makeModel(model: Model, data: Data): SequenceModel {
  const made = new SequenceModel(model)
  const weights = Object.entries(data).filter(([name]) => name.includes('.'))
  made.loadStateDict(Object.fromEntries(weights.map(([name, matrix]) => [name, toTensor(matrix)])))
  return made
}

export function toTensor({ shape, data }: Matrix): Tensor {
  return tensor(data, { shape })
}
