import { type Batches, bucketBatches, sequences, Vocabulary } from '@unroll/rnn'
import { type Random, type Tensor, tensor } from '@unroll/tensor'
import type { Config } from './config.js'
import type { Mail, Split } from './mails/corpus.js'

/** The words that the training mails have twice at least; every other is `unknown`. */
export function vocabularyOf({ training }: Split, { vocabulary }: Config): Vocabulary {
  return Vocabulary.of(
    training.map(({ words }) => words),
    { minCount: 2, maxSymbols: vocabulary },
  )
}

export interface MailBatch {
  /** The indices of the words, `[B, T]` int32, padded. */
  x: Tensor
  /** How many words each mail has, `[B]` int32. */
  lengths: Tensor
  /** `[B]`, 1 for spam and 0 for ham. */
  spam: Tensor
}

/** Mails as batches, those of similar lengths together; shuffled in training. */
export function batchesOf(
  mails: readonly Mail[],
  vocabulary: Vocabulary,
  batchSize: number,
  shuffle?: Random,
): Batches<MailBatch> {
  const data = sequences({
    x: mails.map(({ words }) => vocabulary.encode(words)),
    spam: tensor(mails.map(({ spam }) => Number(spam))),
  })
  return bucketBatches(data, { batchSize, shuffle, bucketWidth: 10 })
}
