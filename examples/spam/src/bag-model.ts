import { squeeze, type Variable } from '@unroll/autograd'
import { Linear, Module } from '@unroll/rnn'
import { type Random, type Tensor, zeros } from '@unroll/tensor'

/** Logistic regression on the bag of words: which words stand in a mail, wherever and however often. */
export class BagModel extends Module {
  readonly output: Linear

  constructor(
    readonly vocabularySize: number,
    readonly rng: Random,
  ) {
    super()
    this.output = new Linear(vocabularySize, 1, { rng })
  }

  /** The log-odds of spam, `[B]`, of mails `[B, T]` (int32, padded) of these lengths `[B]`. */
  forward(words: Tensor, lengths: Tensor): Variable {
    return squeeze(this.output.forward(this.#bags(words, lengths)), 1)
  }

  /** `[B, V]`: 1 where a word stands in a mail. */
  #bags(words: Tensor, lengths: Tensor): Tensor {
    const [B, T] = words.shape
    const bags = zeros([B, this.vocabularySize])
    for (let b = 0; b < B; b++)
      for (let t = 0; t < lengths.data[b]; t++) bags.data[b * this.vocabularySize + words.data[b * T + t]] = 1
    return bags
  }
}
