import type { Score } from './evaluate.js'

/**
 * A model of the next character that counts: how often did each follow the `order − 1` characters
 * before it? Order 1 is the unigram model (which looks at nothing), order 3 the trigram model.
 *
 * Contexts seen seldom or never are smoothed by interpolation with the next shorter one (Witten &
 * Bell 1991, "The zero-frequency problem", method C; in the recursive form of Chen & Goodman 1999, "An
 * empirical study of smoothing techniques for language modeling"):
 *
 *     P(c | h) = (n(h c) + d(h) · P(c | h′)) / (n(h) + d(h))
 *
 * n(h c) counts how often c followed h, n(h) how often anything did, d(h) how many different
 * characters did; h′ is h without its first character, and below the empty context all characters
 * are equally likely.
 */
export class NGram {
  readonly #contexts = new Map<number, Context>()

  constructor(
    text: Int32Array,
    readonly order: number,
    readonly vocabularySize: number,
  ) {
    for (let i = 0; i < text.length; i++)
      for (let length = 0; length <= this.#reach(i); length++)
        this.#count(this.#key(text, i, length), text[i])
  }

  /** P(character | what stands before position i of the text) */
  probability(character: number, text: Int32Array, i: number): number {
    return this.#interpolate(character, this.#contextsAt(text, i))
  }

  /** Scores it on every character of a text but the first. */
  score(text: Int32Array): Score {
    const likeliest = new Map<Context, number>()
    let bits = 0
    let hits = 0
    for (let i = 1; i < text.length; i++) {
      const contexts = this.#contextsAt(text, i)
      const longest = contexts[contexts.length - 1]
      if (!likeliest.has(longest)) likeliest.set(longest, this.#likeliest(contexts))
      bits -= Math.log2(this.#interpolate(text[i], contexts))
      hits += Number(likeliest.get(longest) === text[i])
    }
    return { bits: bits / (text.length - 1), accuracy: hits / (text.length - 1) }
  }

  #interpolate(character: number, contexts: readonly Context[]): number {
    let p = 1 / this.vocabularySize
    for (const { total, counts } of contexts)
      p = ((counts.get(character) ?? 0) + counts.size * p) / (total + counts.size)
    return p
  }

  #likeliest(contexts: readonly Context[]): number {
    let best = 0
    contexts.forEach(({ counts }, i) => {
      // Of the characters not seen in a context, the likeliest is the one that is in the shorter context.
      const candidates = [best, ...counts.keys()]
      const p = candidates.map((c) => this.#interpolate(c, contexts.slice(0, i + 1)))
      best = candidates[p.indexOf(Math.max(...p))]
    })
    return best
  }

  /** The contexts that end before position i and were seen in the text counted, from the empty one up. */
  #contextsAt(text: Int32Array, i: number): Context[] {
    const contexts: Context[] = []
    for (let length = 0; length <= this.#reach(i); length++) {
      const context = this.#contexts.get(this.#key(text, i, length))
      if (!context) break
      contexts.push(context)
    }
    return contexts
  }

  #count(key: number, character: number): void {
    const context = this.#contexts.get(key) ?? { total: 0, counts: new Map() }
    context.total++
    context.counts.set(character, (context.counts.get(character) ?? 0) + 1)
    this.#contexts.set(key, context)
  }

  /** The length of the longest context before position i. */
  #reach(i: number): number {
    return Math.min(i, this.order - 1)
  }

  /** A number for the `length` characters before position i: its digits, of which none is 0. */
  #key(text: Int32Array, i: number, length: number): number {
    let key = 0
    for (let j = i - length; j < i; j++) key = key * (this.vocabularySize + 1) + text[j] + 1
    return key
  }
}

/** What was seen after the same characters. */
interface Context {
  total: number
  counts: Map<number, number>
}
