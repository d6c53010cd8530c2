import type { Variable } from '@unroll/autograd'
import { Embedding, GRU, Linear, Module } from '@unroll/rnn'
import type { Random, Tensor } from '@unroll/tensor'

/** Predicts the next character: embedding → GRU → a score for every character. */
export class CharModel extends Module {
  readonly embedding: Embedding
  readonly gru: GRU
  readonly output: Linear

  constructor(characters: number, hidden: number, rng: Random) {
    super()
    this.embedding = new Embedding(characters, embeddingSize, { rng })
    this.gru = new GRU(embeddingSize, hidden, { rng })
    this.output = new Linear(hidden, characters, { rng })
  }

  /** Characters `[B, T]` (int32) to logits `[B, T, characters]`. */
  forward(characters: Tensor): Variable {
    const [hidden] = this.gru.forward(this.embedding.forward(characters))
    return this.output.forward(hidden)
  }
}

/** There are too few characters for long vectors to pay off. */
const embeddingSize = 32
