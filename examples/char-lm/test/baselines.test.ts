import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NGram } from '../src/baselines.js'

const [a, b, c] = [0, 1, 2]

describe('by hand, for the text abab and the characters a, b, c', () => {
  const text = Int32Array.of(a, b, a, b)
  // Each of a and b was seen 2 times of 4, 2 kinds in all, over the uniform 1/3.
  const unigram = [(2 + 2 / 3) / 6, (2 + 2 / 3) / 6, (0 + 2 / 3) / 6]

  it('unigram', () => {
    const model = new NGram(text, 1, 3)
    const p = [a, b, c].map((character) => model.probability(character, Int32Array.of(c, c), 1))
    expect(p).toEqual(unigram)
  })

  it('bigram: after b was one a; after c nothing was seen', () => {
    const model = new NGram(text, 2, 3)
    const after = (context: number) => [a, b, c].map((x) => model.probability(x, Int32Array.of(context), 1))
    expect(after(b)).toEqual([(1 + unigram[a]) / 2, unigram[b] / 2, unigram[c] / 2])
    expect(after(c)).toEqual(unigram)
  })

  it('trigram: after ab was one a; after cb nothing, so that b alone counts; at the start no context does', () => {
    const model = new NGram(text, 3, 3)
    const bigram = (1 + unigram[a]) / 2
    expect(model.probability(a, Int32Array.of(a, b), 2)).toBe((1 + bigram) / 2)
    expect(model.probability(a, Int32Array.of(c, b), 2)).toBe(bigram)
    expect(model.probability(a, Int32Array.of(c, b), 0)).toBe(unigram[a])
  })

  it('score: the mean of −log₂ P, and how often the likeliest character came', () => {
    const { bits, accuracy } = new NGram(text, 2, 3).score(Int32Array.of(b, a, c))
    const afterA = (0 + 1 * unigram[c]) / 3 // a was followed by b, twice
    expect(bits).toBeCloseTo(-(Math.log2((1 + unigram[a]) / 2) + Math.log2(afterA)) / 2, 12)
    expect(accuracy).toBe(1 / 2)
  })
})

describe('for any text and order', () => {
  const cases = fc.integer({ min: 1, max: 5 }).chain((size) => {
    const text = (minLength: number) =>
      fc.array(fc.nat(size - 1), { minLength, maxLength: 40 }).map((list) => Int32Array.from(list))
    return fc.record({
      size: fc.constant(size),
      order: fc.integer({ min: 1, max: 4 }),
      seen: text(1),
      other: text(2),
    })
  })

  it('probabilities sum to one, and none is 0', () => {
    fc.assert(
      fc.property(cases, ({ size, order, seen, other }) => {
        const model = new NGram(seen, order, size)
        for (let i = 0; i < other.length; i++) {
          const p = Array.from({ length: size }, (_, x) => model.probability(x, other, i))
          expect(p.reduce((sum, x) => sum + x)).toBeCloseTo(1, 12)
          expect(Math.min(...p)).toBeGreaterThan(0)
        }
      }),
    )
  })

  it('scores agree with the probabilities', () => {
    fc.assert(
      fc.property(cases, ({ size, order, seen, other }) => {
        const model = new NGram(seen, order, size)
        let bits = 0
        let surely = 0
        let possibly = 0
        for (let i = 1; i < other.length; i++) {
          const p = Array.from({ length: size }, (_, x) => model.probability(x, other, i))
          const mine = p[other[i]]
          const best = Math.max(...p.filter((_, x) => x !== other[i]), 0)
          bits -= Math.log2(mine)
          // Where two are equally likely, either may be the guess.
          if (mine > best + 1e-12) surely++
          if (mine >= best - 1e-12) possibly++
        }
        const score = model.score(other)
        const count = other.length - 1
        expect(score.bits).toBeCloseTo(bits / count, 9)
        expect(score.accuracy * count).toBeGreaterThanOrEqual(surely - 1e-9)
        expect(score.accuracy * count).toBeLessThanOrEqual(possibly + 1e-9)
      }),
    )
  })
})
