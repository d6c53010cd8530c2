import type { Vocabulary } from '@unroll/rnn'
import type { Mail } from '../mails/corpus.js'
import type { NaiveBayes } from '../naive-bayes.js'

/**
 * The words that speak most for ham and for spam, by naive Bayes, of those in one training mail of fifty or more: a look at
 * what gives a mail away.
 */
export function tellingWords(
  bayes: NaiveBayes,
  vocabulary: Vocabulary,
  training: readonly Mail[],
  most = 15,
): string {
  const mailsWith = new Map<string, number>()
  for (const { words } of training)
    for (const word of new Set(words)) mailsWith.set(word, (mailsWith.get(word) ?? 0) + 1)
  const common = vocabulary.symbols.filter((word) => (mailsWith.get(word) ?? 0) >= training.length / 50)
  const weight = (word: string) => bayes.weights[vocabulary.indexOf(word)]
  const sorted = common.sort((a, b) => weight(a) - weight(b))
  const list = (words: string[]) => words.slice(0, most).join(' ')
  return `Words of ham   ${list(sorted)}\nWords of spam  ${list([...sorted].reverse())}`
}
