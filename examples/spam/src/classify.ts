import { fail } from '@unroll/tensor'
import { readModel } from './checkpoint.js'
import { readBytes } from './mails/folder.js'
import { wordsOf } from './mails/parse.js'
import { runningProbability } from './score.js'

/** Judges a mail by a trained model, and says at which words the network changed its mind. */
export async function classify(file: string, checkpoint: string): Promise<string> {
  const { model, vocabulary, config } = readModel(checkpoint)
  const words = await wordsOf(readBytes(file), config.words)
  if (words.length === 0) fail('--classify', `${file} has no words to judge by`)
  const reading = runningProbability(model, vocabulary, words)
  const { probability } = reading[reading.length - 1]
  const unknown = words.filter((word) => !vocabulary.has(word)).length
  const steps = reading.map((point, i) => ({ ...point, before: i > 0 ? reading[i - 1].probability : 0.5 }))
  const change = (step: (typeof steps)[number]) => Math.abs(step.probability - step.before)
  const turns = steps.sort((a, b) => change(b) - change(a)).slice(0, 3)
  const lines = [
    `${probability > 0.5 ? 'spam' : 'ham'}: the probability of spam is ${percent(probability)}`,
    `words read: ${words.length}, of which not known: ${unknown}`,
    ...turns
      .sort((a, b) => a.word - b.word)
      .map(
        ({ word, before, probability }) =>
          `at ${JSON.stringify(words[word - 1])}, word ${word}: ${percent(before)} → ${percent(probability)}`,
      ),
  ]
  return lines.join('\n')
}

function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`
}
