import type { Random } from '@unroll/tensor'

/**
 * A text with a slip in one of its words of four letters or more: a letter left out, written twice, or exchanged with the next
 * one, or its accents left out. Numbers stay as they are, since no reader could put them right. Undefined
 * when there is no such word.
 */
export function mistype(text: string, rng: Random): string | undefined {
  const words = [...text.matchAll(/\p{L}{4,}/gu)]
  if (words.length === 0) return undefined
  const { 0: word, index } = words[rng.integer(words.length)]
  const wrong = slips[rng.integer(slips.length)](word, rng)
  return text.slice(0, index) + wrong + text.slice(index + word.length)
}

const slips: readonly ((word: string, rng: Random) => string)[] = [
  (word, rng) => spliced(word, 1 + rng.integer(word.length - 1), () => ''),
  (word, rng) => spliced(word, rng.integer(word.length), (letter) => letter + letter),
  (word, rng) => {
    const at = 1 + rng.integer(word.length - 2)
    return word.slice(0, at) + word[at + 1] + word[at] + word.slice(at + 2)
  },
  (word) => word.normalize('NFD').replace(/\p{M}/gu, ''),
]

function spliced(word: string, at: number, change: (letter: string) => string): string {
  return word.slice(0, at) + change(word[at]) + word.slice(at + 1)
}
