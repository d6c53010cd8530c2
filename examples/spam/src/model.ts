import { div, mul, squeeze, sum, type Variable } from '@unroll/autograd'
import { Dropout, Embedding, GRU, Linear, Module } from '@unroll/rnn'
import { ones, type Random, type Tensor } from '@unroll/tensor'
import type { Config } from './config.js'

/** Reads a mail word by word, in both directions: embedding → GRU → mean over the words → one score. */
export class SpamModel extends Module {
  readonly embedding: Embedding
  readonly dropout: Dropout
  readonly gru: GRU
  readonly output: Linear

  /** @param vocabularySize with the specials: `Vocabulary.size` */
  constructor(vocabularySize: number, { embedding, hidden, dropout }: Config, rng: Random) {
    super()
    this.embedding = new Embedding(vocabularySize, embedding, { rng })
    // A word that is seldom seen keeps much of the vector that it began with: let that say little.
    const { weight } = this.embedding
    weight.value.assign(weight.value.mul(0.1))
    this.dropout = new Dropout(dropout, { rng })
    this.gru = new GRU(embedding, hidden, { bidirectional: true, rng })
    this.output = new Linear(2 * hidden, 1, { rng })
  }

  /**
   * The log-odds of spam, `[B]`, of mails `[B, T]` (int32, padded) of these lengths `[B]`. Where a mail is padded the
   * output of the GRU is 0, so that the sum over all steps is the one over its words.
   */
  forward(words: Tensor, lengths: Tensor): Variable {
    const [output] = this.gru.forward(this.#vectors(words), undefined, { lengths })
    const mean = div(sum(output, 1), lengths.cast('float32').unsqueeze(1))
    return squeeze(this.output.forward(mean), 1)
  }

  /** `[B, T, embedding]`; in training, whole words are dropped, so that none is relied upon (Iyyer et al. 2015). */
  #vectors(words: Tensor): Variable {
    const kept = this.dropout.forward(ones([...words.shape, 1]))
    return mul(this.embedding.forward(words), kept)
  }
}
