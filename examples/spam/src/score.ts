import { noGrad } from '@unroll/autograd'
import {
  accuracy,
  batches,
  type ConfusionMatrix,
  confusionMatrix,
  f1,
  type Metric,
  precision,
  recall,
  type Seen,
  sequences,
  type Vocabulary,
} from '@unroll/rnn'
import { tensor } from '@unroll/tensor'
import type { Mail } from './mails/corpus.js'
import type { MailModel } from './train.js'

/** How well mails are judged. Spam is what is looked for. */
export interface Score {
  accuracy: number
  /** Of what was taken for spam, the part that is. */
  precision: number
  /** Of the spam, the part that was taken for it. */
  recall: number
  f1: number
  /** The precision at each spam found, averaged, when the mails are gone through from the likeliest spam down: free of a threshold. */
  averagePrecision: number
  confusion: ConfusionMatrix
}

/** Scores the log-odds of spam of mails: above 0 a mail is taken for spam. */
export function scoreOf(logits: readonly number[], mails: readonly Pick<Mail, 'spam'>[]): Score {
  const seen = { prediction: tensor(logits), target: tensor(mails.map(({ spam }) => Number(spam))) }
  const figure = <S, V>(metric: Metric<S, Seen, V>) => metric.value(metric.add(metric.start(), seen))
  const curve = precisionRecall(logits, mails)
  return {
    accuracy: figure(accuracy()),
    precision: figure(precision()),
    recall: figure(recall()),
    f1: figure(f1()),
    averagePrecision: curve.reduce((sum, { precision }) => sum + precision, 0) / curve.length,
    confusion: figure(confusionMatrix(['ham', 'spam'])),
  }
}

/** Precision and recall for each threshold at which one spam more is found; mails with equal log-odds come together. */
export function precisionRecall(
  logits: readonly number[],
  mails: readonly Pick<Mail, 'spam'>[],
): { recall: number; precision: number }[] {
  const spam = mails.filter(({ spam }) => spam).length
  const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a])
  const points: { recall: number; precision: number }[] = []
  let found = 0
  order.forEach((mail, i) => {
    found += Number(mails[mail].spam)
    if (i + 1 < order.length && logits[order[i + 1]] === logits[mail]) return
    while (points.length < found)
      points.push({ recall: (points.length + 1) / spam, precision: found / (i + 1) })
  })
  return points
}

/** The log-odds of spam that a model gives texts, each a list of words. */
export function logitsOf(
  model: MailModel,
  vocabulary: Vocabulary,
  texts: readonly (readonly string[])[],
): number[] {
  const data = sequences({ x: texts.map((words) => vocabulary.encode(words)) })
  model.eval()
  return noGrad(() =>
    [...batches(data, { batchSize: 32 })].flatMap(({ x, lengths }) => [
      ...model.forward(x, lengths).value.data,
    ]),
  )
}

/** After each word (of a long mail, after so many of them, evenly spread): the probability of spam, judging by the words up to it. */
export function runningProbability(
  model: MailModel,
  vocabulary: Vocabulary,
  words: readonly string[],
  most = 200,
): { word: number; probability: number }[] {
  const count = Math.min(words.length, most)
  const ends = Array.from({ length: count }, (_, i) => Math.round(((i + 1) * words.length) / count))
  const logits = logitsOf(
    model,
    vocabulary,
    ends.map((end) => words.slice(0, end)),
  )
  return ends.map((word, i) => ({ word, probability: sigmoid(logits[i]) }))
}

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit))
}
