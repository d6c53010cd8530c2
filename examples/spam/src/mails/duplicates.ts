/**
 * Tells near copies: texts of which half the runs of four words are the same. Spam comes in waves, with another name or a row
 * of random letters in each mail; replies hold the mail that they reply to.
 *
 * The resemblance of two texts is |A ∩ B| / |A ∪ B|, A and B being the sets of their runs of words. It is estimated from
 * sketches, the 32 smallest hashes of each set: of the 32 smallest of both together, the share that are in both (Broder 1997,
 * On the resemblance and containment of documents).
 */
export class Copies {
  readonly #sketches: number[][] = []
  /** Which texts have a hash in their sketches. */
  readonly #having = new Map<number, number[]>()

  /** The number of an earlier text that this one is a near copy of; if there is none, it is added (as the next, from 0). */
  find(words: readonly string[]): number | undefined {
    const sketch = sketchOf(words)
    const shared = new Map<number, number>()
    for (const hash of sketch)
      for (const text of this.#having.get(hash) ?? []) shared.set(text, (shared.get(text) ?? 0) + 1)
    for (const [text, count] of shared) {
      const other = this.#sketches[text]
      const atBest = count / Math.max(sketch.length, other.length) // saves most of the work
      if (atBest >= threshold && resemblance(sketch, other) >= threshold) return text
    }
    for (const hash of sketch)
      this.#having.set(hash, [...(this.#having.get(hash) ?? []), this.#sketches.length])
    this.#sketches.push(sketch)
    return undefined
  }
}

const threshold = 0.5
const sketchSize = 32
const runLength = 4

/** The smallest hashes of the runs of words, rising. A text too short for one is one run; an empty text has a sketch, too. */
function sketchOf(words: readonly string[]): number[] {
  const hashes = new Set<number>()
  for (let i = 0; i === 0 || i + runLength <= words.length; i++)
    hashes.add(hashOf(words.slice(i, i + runLength).join(' ')))
  return smallest([...hashes])
}

function resemblance(a: readonly number[], b: readonly number[]): number {
  const union = smallest([...new Set([...a, ...b])])
  const [inA, inB] = [new Set(a), new Set(b)]
  return union.filter((hash) => inA.has(hash) && inB.has(hash)).length / union.length
}

function smallest(hashes: number[]): number[] {
  return hashes.sort((a, b) => a - b).slice(0, sketchSize)
}

/** 32 bits: FNV-1a, and the end of MurmurHash3 to mix the high bits, by which hashes are sorted. */
function hashOf(text: string): number {
  let hash = 2166136261
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
