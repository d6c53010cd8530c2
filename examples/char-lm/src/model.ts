import type { Variable } from '@unroll/autograd'
import { Dropout, Embedding, GRU, Linear, LSTM, Module, type Recurrent, RNN, type State } from '@unroll/rnn'
import type { Random, Tensor } from '@unroll/tensor'
import type { CellName, Config } from './config.js'

/** Predicts the next character: embedding → recurrent layers → a score for every character. */
export class CharModel extends Module {
  readonly embedding: Embedding
  readonly rnn: Recurrent<State>
  readonly dropout: Dropout
  readonly output: Linear

  constructor(vocabularySize: number, { cell, hidden, layers, dropout }: Config, rng: Random) {
    super()
    const inputSize = embeddingSize(hidden)
    this.embedding = new Embedding(vocabularySize, inputSize, { rng })
    // A recurrent module drops between its layers, and so not after the last; that is done here.
    this.rnn = new recurrent[cell](inputSize, hidden, {
      numLayers: layers,
      dropout: layers > 1 ? dropout : 0,
      rng,
    })
    this.dropout = new Dropout(dropout, { rng })
    this.output = new Linear(hidden, vocabularySize, { rng })
  }

  /** Characters [B, T] (int32) to logits [B, T, vocabulary], and the state to go on from. */
  forward(characters: Tensor, state?: State): [logits: Variable, state: State] {
    const [hidden, next] = this.rnn.forward(this.embedding.forward(characters), state)
    return [this.output.forward(this.dropout.forward(hidden)), next]
  }
}

/** The gates of a cell: its weights have so many times `hidden` rows. */
export const gates: Record<CellName, number> = { rnn: 1, lstm: 4, gru: 3 }

/** There are too few characters for long vectors to pay off. */
export function embeddingSize(hidden: number): number {
  return Math.min(hidden, 64)
}

const recurrent = { rnn: RNN, lstm: LSTM, gru: GRU }
