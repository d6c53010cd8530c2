import type { Example } from '../dates/examples.js'
import type { Reader } from './reader.js'

/**
 * The meaning of the most similar text of training, by the share of trigrams that the two have in common (Dice 1945):
 * 2 |A ∩ B| / (|A| + |B|). Held-out dates do not occur in training, so that it is never right to the last digit.
 */
export function nearest(training: readonly Example[]): Reader {
  const having = new Map<string, number[]>()
  const sizes = training.map(({ text }, i) => {
    const own = trigrams(text)
    for (const trigram of own) {
      const list = having.get(trigram)
      if (list) list.push(i)
      else having.set(trigram, [i])
    }
    return own.size
  })
  const common = new Int32Array(training.length)
  const readOne = (text: string) => {
    const own = trigrams(text)
    common.fill(0)
    for (const trigram of own) for (const i of having.get(trigram) ?? []) common[i]++
    let best = 0
    let likeness = 0
    for (let i = 0; i < common.length; i++) {
      const dice = (2 * common[i]) / (own.size + sizes[i])
      if (dice > likeness) [best, likeness] = [i, dice]
    }
    return likeness > 0 ? training[best].iso : undefined
  }
  return { name: 'nearest training text', read: (texts) => texts.map(readOne) }
}

/** With two spaces on either side, so that the first and the last characters count as much as others. */
function trigrams(text: string): Set<string> {
  const padded = `  ${text.toLowerCase()}  `
  return new Set(Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3)))
}
