import { type CtcBeamSearchOptions, ctc, ctcBeamSearch, ctcGreedy } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collapsed, pathsOf } from './support/ctc-paths.js'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

const inputs = fc
  .record({
    B: fc.integer({ min: 1, max: 2 }),
    T: fc.integer({ min: 1, max: 5 }),
    C: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  .map(({ B, T, C, seed }) => {
    const rng = new Random(seed)
    const y = rng.normal([B, T, C], 0, 1.5, { dtype: 'float64' }).logSoftmax()
    return { y, blank: rng.integer(C), inputLengths: Array.from({ length: B }, () => 1 + rng.integer(T)) }
  })

/** All labels that any path stands for, with the probability of all these paths; from the likeliest on. */
function allLabels(logProbs: Tensor, blank: number): { symbols: number[]; p: number }[] {
  const found = new Map<string, { symbols: number[]; p: number }>()
  for (const { path, p } of pathsOf(logProbs)) {
    const symbols = collapsed(path, blank)
    const former = found.get(`${symbols}`)?.p ?? 0
    found.set(`${symbols}`, { symbols, p: former + p })
  }
  return [...found.values()].sort((a, b) => b.p - a.p)
}

/** Algorithm 1 of Hannun et al. 2014 as it is written, with plain probabilities; the blank is 0, labels are digits. */
function narrowBeam(logProbs: Tensor, beamWidth: number): [prefix: string, p: number][] {
  const [T, C] = logProbs.shape
  let beam = new Map([['', [1, 0]]]) // ending in a blank, and not
  for (let t = 0; t < T; t++) {
    const next = new Map<string, number[]>()
    const add = (prefix: string, blank: number, label: number) => {
      const [former, other] = next.get(prefix) ?? [0, 0]
      next.set(prefix, [former + blank, other + label])
    }
    for (const [prefix, [blank, label]] of beam) {
      add(prefix, (blank + label) * Math.exp(logProbs.get(t, 0)), 0)
      for (let k = 1; k < C; k++) {
        const p = Math.exp(logProbs.get(t, k))
        const repeats = prefix.endsWith(`${k}`)
        if (repeats) add(prefix, 0, label * p)
        add(`${prefix}${k}`, 0, (repeats ? blank : blank + label) * p)
      }
    }
    const all = [...next].sort(([, a], [, b]) => b[0] + b[1] - a[0] - a[1])
    beam = new Map(all.slice(0, beamWidth))
  }
  return [...beam].map(([prefix, [blank, label]]) => [prefix, blank + label])
}

describe('ctcGreedy', () => {
  test('is what the likeliest path stands for', () =>
    fc.assert(
      fc.property(inputs, ({ y, blank, inputLengths }) => {
        const results = ctcGreedy(y, { blank, inputLengths })
        expect(results).toHaveLength(inputLengths.length)
        results.forEach(({ symbols, times, logProb }, b) => {
          const own = y.slice(b, [0, inputLengths[b]])
          const [best] = pathsOf(own).sort((a, b) => b.p - a.p)
          expect(symbols).toEqual(collapsed(best.path, blank))
          expect(times.map((t) => best.path[t])).toEqual(symbols)
          expect(times.every((t) => t === 0 || best.path[t - 1] !== best.path[t])).toBe(true)
          expect(logProb).toBeCloseTo(Math.log(best.p), 10)
        })
      }),
      examples(60),
    ))

  test('says a label twice where a blank parts it, and says when', () => {
    const path = [1, 1, 0, 1, 2, 2, 0]
    const y = tensor(path.map((k) => [0, 1, 2].map((c) => (c === k ? 0 : -Infinity))))
    expect(ctcGreedy(y)).toEqual([{ symbols: [1, 1, 2], times: [0, 3, 4], logProb: 0 }])
    expect(ctcGreedy(y.unsqueeze(1), { batchFirst: false, inputLengths: [3] })).toEqual([
      { symbols: [1], times: [0], logProb: 0 },
    ])
  })
})

describe('ctcBeamSearch', () => {
  test('with a beam wide enough gives all labels and their exact probabilities', () =>
    fc.assert(
      fc.property(inputs, ({ y, blank, inputLengths }) => {
        const results = ctcBeamSearch(y, { blank, inputLengths, beamWidth: 200, nBest: 200 })
        expect(results).toHaveLength(inputLengths.length)
        results.forEach((hypotheses, b) => {
          const wanted = allLabels(y.slice(b, [0, inputLengths[b]]), blank)
          expect(hypotheses.map(({ symbols }) => symbols)).toEqual(wanted.map(({ symbols }) => symbols))
          hypotheses.forEach(({ logProb, score }, i) => {
            expect(logProb).toBeCloseTo(Math.log(wanted[i].p), 10)
            expect(score).toBe(logProb)
          })
        })
      }),
      examples(60),
    ))

  test('gives −1 times the CTC loss, or less when the beam is narrow', () => {
    const y = new Random(1).normal([1, 12, 4], 0, 3, { dtype: 'float64' }).logSoftmax()
    const lossOf = (symbols: number[]) => ctc(y, [symbols], { reduction: 'sum' }).item()
    const [[wide]] = ctcBeamSearch(y, { beamWidth: 500 })
    expect(wide.logProb).toBeCloseTo(-lossOf(wide.symbols), 3)
    for (const beamWidth of [1, 2, 5]) {
      const [[best]] = ctcBeamSearch(y, { beamWidth })
      expect(best.logProb).toBeLessThanOrEqual(-lossOf(best.symbols) + 1e-12)
      expect(best.logProb).toBeLessThanOrEqual(wide.logProb + 1e-12)
    }
  })

  test('with a narrow beam keeps the best prefixes of every step', () =>
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), (seed, beamWidth) => {
        const y = new Random(seed).normal([8, 3], 0, 1.5, { dtype: 'float64' }).logSoftmax()
        const [hypotheses] = ctcBeamSearch(y, { beamWidth, nBest: beamWidth })
        const wanted = narrowBeam(y, beamWidth)
        expect(hypotheses.map(({ symbols }) => symbols.join(''))).toEqual(wanted.map(([prefix]) => prefix))
        hypotheses.forEach(({ logProb }, i) => {
          expect(logProb).toBeCloseTo(Math.log(wanted[i][1]), 10)
        })
      }),
      examples(60),
    ))

  test('finds labels that many paths stand for, where the likeliest path is of others', () => {
    // Graves 2012, figure 7.4: the likeliest path says nothing, with 0.7 · 0.6; but a is said with 0.58.
    const y = tensor([
      [0.7, 0.3],
      [0.6, 0.4],
    ]).log()
    expect(ctcGreedy(y)[0].symbols).toEqual([])
    const [[best]] = ctcBeamSearch(y)
    expect(best.symbols).toEqual([1])
    expect(Math.exp(best.logProb)).toBeCloseTo(0.58, 6)
  })

  test('asks `score` what else speaks for a label, and for the end', () =>
    fc.assert(
      fc.property(inputs, fc.nat(), ({ y, blank, inputLengths }, seed) => {
        const score = (prefix: readonly number[], next: number | undefined) =>
          new Random(
            seed + prefix.reduce((key, s) => 7 * key + s + 1, 0) + 1000 * ((next ?? 9) + 1),
          ).gaussian()
        const results = ctcBeamSearch(y, { blank, inputLengths, beamWidth: 200, nBest: 200, score })
        results.forEach((hypotheses, b) => {
          const wanted = allLabels(y.slice(b, [0, inputLengths[b]]), blank)
            .map(({ symbols, p }) => {
              const bonus = [...symbols, undefined].reduce<number>(
                (sum, s, i) => sum + score(symbols.slice(0, i), s),
                0,
              )
              return { symbols, logProb: Math.log(p), score: Math.log(p) + bonus }
            })
            .sort((a, b) => b.score - a.score)
          expect(hypotheses.map(({ symbols }) => symbols)).toEqual(wanted.map(({ symbols }) => symbols))
          hypotheses.forEach((got, i) => {
            expect(got.logProb).toBeCloseTo(wanted[i].logProb, 10)
            expect(got.score).toBeCloseTo(wanted[i].score, 10)
          })
        })
      }),
      examples(30),
    ))

  test('leaves out what `score` forbids, and what is below minLogProb', () => {
    const y = new Random(2).normal([1, 4, 3]).logSoftmax()
    const symbolsOf = (options: CtcBeamSearchOptions) =>
      ctcBeamSearch(y, { beamWidth: 100, nBest: 100, ...options })[0].map(({ symbols }) => `${symbols}`)
    const ascending = symbolsOf({
      score: (prefix, next) => (next !== undefined && next <= (prefix.at(-1) ?? 0) ? -Infinity : 0),
    })
    expect(ascending.toSorted()).toEqual(['', '1', '1,2', '2'])
    expect(symbolsOf({ score: (_, next) => (next === undefined ? -Infinity : 0) })).toEqual([])
    expect(symbolsOf({ minLogProb: 0 })).toEqual([''])
  })

  test('of what is level keeps the order in which it was found', () => {
    const y = tensor([[1, 1, 1]]).logSoftmax()
    const [hypotheses] = ctcBeamSearch(y, { beamWidth: 3, nBest: 3 })
    expect(hypotheses.map(({ symbols }) => symbols)).toEqual([[], [1], [2]])
  })

  test('takes every layout that the loss takes', () => {
    const y = new Random(3).normal([2, 4, 3]).logSoftmax()
    const wanted = ctcBeamSearch(y, { nBest: 4 })
    expect(ctcBeamSearch(y.transpose(0, 1), { batchFirst: false, nBest: 4 })).toEqual(wanted)
    expect(ctcBeamSearch(y.slice(1), { nBest: 4 })).toEqual([wanted[1]])
  })
})

const y = new Random(1).normal([2, 4, 3]).logSoftmax()
expectRefusals([
  [
    'an option for a beam',
    () => ctcGreedy(y, { beamWidth: 2 } as object),
    /^ctcGreedy: has no option beamWidth/,
  ],
  [
    'an option that there is not',
    () => ctcBeamSearch(y, { beam: 2 } as object),
    /^ctcBeamSearch: has no option beam/,
  ],
  ['logits', () => ctcGreedy(tensor([[1, 2]])), /^ctcGreedy: wants log-probabilities, none above 0/],
  [
    'a blank that is none',
    () => ctcGreedy(y, { blank: 3 }),
    /^ctcGreedy: blank is one of the classes 0 … 2, got 3$/,
  ],
  [
    'no class that is possible',
    () => ctcGreedy(tensor([[-Infinity, -Infinity]])),
    /^ctcGreedy: wants logits of which one is finite/,
  ],
  [
    'logits in a beam',
    () => ctcBeamSearch(tensor([[1, 2]])),
    /^ctcBeamSearch: wants log-probabilities, none above 0/,
  ],
  [
    'too long an input',
    () => ctcBeamSearch(y, { inputLengths: [1, 5] }),
    /^ctcBeamSearch: inputLengths: wants lengths from 1 to 4/,
  ],
  [
    'no beam',
    () => ctcBeamSearch(y, { beamWidth: 0 }),
    /^ctcBeamSearch: beamWidth is a positive integer, got 0$/,
  ],
  [
    'more than the beam',
    () => ctcBeamSearch(y, { beamWidth: 2, nBest: 3 }),
    /^ctcBeamSearch: nBest is at most beamWidth, 2; got 3$/,
  ],
  [
    'a bound above 0',
    () => ctcBeamSearch(y, { minLogProb: 0.1 }),
    /^ctcBeamSearch: minLogProb is a number ≤ 0, got 0.1$/,
  ],
  [
    'a score that is no function',
    () => ctcBeamSearch(y, { score: wrong(1) }),
    /^ctcBeamSearch: score is a function .* got 1$/,
  ],
  [
    'a score that is no number',
    () => ctcBeamSearch(y, { score: () => Number.NaN }),
    /^ctcBeamSearch: score gives numbers below Infinity, got NaN for 1 behind \[\]$/,
  ],
])
