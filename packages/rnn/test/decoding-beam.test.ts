import { beamSearch, decode } from '@unroll/rnn'
import { type Tensor, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'
import { allContinuations, plain, type ToyModel, toyModel } from './support/toy-models.js'

const sizes = fc.record({
  V: fc.integer({ min: 1, max: 3 }),
  batch: fc.integer({ min: 1, max: 3 }),
  maxLength: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(1e6),
})
const alphas = fc.constantFrom(0, 0.6, 2, -1)

/** The best of all continuations, by score. */
function exhaustive(model: ToyModel, sequence: number, maxLength: number, alpha: number, endSymbol?: number) {
  return allContinuations(model, sequence, maxLength, endSymbol)
    .map(({ drawn, logProb }) => ({ drawn, logProb, score: logProb / ((5 + drawn.length) / 6) ** alpha }))
    .sort((a, b) => b.score - a.score)
}

describe('beamSearch', () => {
  test('with a beam wide enough finds the best that there are, in their order', () =>
    fc.assert(
      fc.property(sizes, alphas, fc.boolean(), ({ V, batch, maxLength, seed }, lengthPenalty, ends) => {
        const model = toyModel(V, seed)
        const endSymbol = ends ? V - 1 : undefined
        const [beamWidth, nBest] = [V ** maxLength, Math.min(4, V ** maxLength)]
        const options = { maxLength, endSymbol, beamWidth, nBest, lengthPenalty }
        const found = beamSearch(model.step, model.start(batch), options)
        expect(found).toHaveLength(batch)
        found.forEach((hypotheses, b) => {
          const wanted = exhaustive(model, b, maxLength, lengthPenalty, endSymbol).slice(0, nBest)
          expect(hypotheses.map(({ symbols, ended }) => [...symbols, ...(ended ? [endSymbol] : [])])).toEqual(
            wanted.map(({ drawn }) => drawn),
          )
          hypotheses.forEach(({ logProb, logProbs, score, symbols, weights }, i) => {
            expect(logProb).toBeCloseTo(wanted[i].logProb, 10)
            expect(score).toBeCloseTo(wanted[i].score, 10)
            symbols.forEach((symbol, t) => {
              expect(logProbs[t]).toBeCloseTo(model.logProbs(b, symbols.slice(0, t)).get(symbol), 10)
              expect(weights?.slice(t).toArray()).toEqual(model.weights(b, symbols.slice(0, t)).toArray())
            })
          })
        })
      }),
      examples(60),
    ))

  test('with a beam of one is greedy', () =>
    fc.assert(
      fc.property(sizes, ({ V, batch, maxLength, seed }) => {
        const model = toyModel(V + 1, seed)
        const options = { maxLength: 2 * maxLength, endSymbol: 0 }
        const found = beamSearch(model.step, model.start(batch), { ...options, beamWidth: 1 })
        expect(found.map(([{ score, ...best }]) => plain(best))).toEqual(
          decode(model.step, model.start(batch), options).map(plain),
        )
      }),
      examples(40),
    ))

  test('finds for each sequence of a batch what it finds for it alone', () => {
    const model = toyModel(5, 11)
    const options = { maxLength: 6, endSymbol: 0, beamWidth: 3, nBest: 3, lengthPenalty: 0.7 }
    const together = beamSearch(model.step, model.start(4), options)
    const { symbols, state } = model.start(4)
    together.forEach((hypotheses, b) => {
      const key = state.key.slice([b, b + 1])
      const start = {
        symbols: [(symbols as number[])[b]],
        state: { key, carried: [state.carried[0].slice([b, b + 1])] as const },
      }
      expect(beamSearch(model.step, start, options)[0].map(plain)).toEqual(hypotheses.map(plain))
    })
  })

  test('stops early only when nothing better can come', () =>
    fc.assert(
      fc.property(fc.nat(1e6), alphas, fc.constantFrom(1, 3), (seed, lengthPenalty, nBest) => {
        const model = toyModel(4, seed)
        const options = { maxLength: 7, endSymbol: 0, beamWidth: 3, lengthPenalty }
        const wanted = withoutStopping(model, options).slice(0, nBest)
        const [found] = beamSearch(model.step, model.start(1), { ...options, nBest })
        expect(found.map(({ symbols, ended }) => [...symbols, ...(ended ? [0] : [])])).toEqual(wanted)
      }),
      examples(60),
    ))

  test.each([
    [0, 1], // ended with −0.1: what goes on has −2.3
    [2, 4], // −2.3 at length 50 would be divided by (55 / 6)²: better, until −9.2 is reached
  ])('with length penalty %s stops after %s steps, when the end is likely', (lengthPenalty, wanted) => {
    let steps = 0
    const step = (symbols: Tensor) => {
      steps++
      return {
        logits: tensor([[0.1, 0.9]])
          .log()
          .expand([symbols.size, 2]),
        state: [],
      }
    }
    const options = { maxLength: 50, endSymbol: 1, beamWidth: 2, lengthPenalty }
    const [[best]] = beamSearch(step, { symbols: [0], state: [] }, options)
    expect(best).toMatchObject({ symbols: [], ended: true })
    expect(steps).toBe(wanted)
  })

  test('of what is level takes the first symbols', () => {
    const step = (symbols: Tensor) => ({ logits: zeros([symbols.size, 3]), state: [] })
    const options = { maxLength: 2, beamWidth: 4, nBest: 4 }
    const [hypotheses] = beamSearch(step, { symbols: [0], state: [] }, options)
    expect(hypotheses.map(({ symbols }) => symbols)).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
    ])
  })

  test('lets `adjust` forbid symbols in each hypothesis', () => {
    const model = toyModel(3, 2)
    const [hypotheses] = beamSearch(model.step, model.start(1), {
      maxLength: 3,
      beamWidth: 30,
      nBest: 30,
      adjust: (logits, symbols) => {
        for (const symbol of symbols) logits[symbol] = -Infinity
      },
    })
    expect(hypotheses.map(({ symbols }) => symbols.join('')).toSorted()).toEqual([
      '012',
      '021',
      '102',
      '120',
      '201',
      '210',
    ])
    expect(hypotheses.reduce((sum, { logProb }) => sum + Math.exp(logProb), 0)).toBeCloseTo(1, 12)
  })

  test('drops a hypothesis that can go no further, and gives none when none can', () => {
    const model = toyModel(3, 2)
    const search = (dead: (symbols: readonly number[]) => boolean) =>
      beamSearch(model.step, model.start(1), {
        maxLength: 3,
        beamWidth: 30,
        nBest: 30,
        adjust: (logits, symbols) => {
          if (dead(symbols)) logits.fill(-Infinity)
        },
      })[0].map(({ symbols }) => symbols[0])
    expect(new Set(search((symbols) => symbols[0] === 1))).toEqual(new Set([0, 2]))
    expect(search((symbols) => symbols.length === 1)).toEqual([])
  })
})

/** Beam search without a thought for time: to the end, with all hypotheses written out. */
function withoutStopping(
  model: ToyModel,
  {
    maxLength,
    endSymbol,
    beamWidth,
    lengthPenalty,
  }: { maxLength: number; endSymbol: number; beamWidth: number; lengthPenalty: number },
): number[][] {
  const scored = (drawn: number[], total: number) => ({
    drawn,
    score: total / ((5 + drawn.length) / 6) ** lengthPenalty,
  })
  const done: ReturnType<typeof scored>[] = []
  let live = [{ drawn: [] as number[], total: 0 }]
  for (let length = 1; length <= maxLength; length++) {
    const all = live
      .flatMap(({ drawn, total }) =>
        Array.from(model.logProbs(0, drawn).data, (own, s) => ({ drawn: [...drawn, s], total: total + own })),
      )
      .sort((a, b) => b.total - a.total)
    for (const { drawn, total } of all.slice(0, beamWidth))
      if (drawn.at(-1) === endSymbol) done.push(scored(drawn, total))
    live = all.filter(({ drawn }) => drawn.at(-1) !== endSymbol).slice(0, beamWidth)
  }
  for (const { drawn, total } of live) done.push(scored(drawn, total))
  return done.sort((a, b) => b.score - a.score).map(({ drawn }) => drawn)
}

const { step, start } = toyModel(3, 1)
const maxLength = 2
expectRefusals([
  [
    'an option that there is not',
    () => beamSearch(step, start(1), { maxLength, topK: 2 } as never),
    /^beamSearch: has no option topK/,
  ],
  ['no step', () => beamSearch(wrong(1), start(1), { maxLength }), /^beamSearch: wants a step, .* got 1$/],
  [
    'no options',
    () => beamSearch(step, start(1), wrong()),
    /^beamSearch: maxLength is a positive integer, got undefined$/,
  ],
  [
    'no beam',
    () => beamSearch(step, start(1), { maxLength, beamWidth: 0 }),
    /^beamSearch: beamWidth is a positive integer, got 0$/,
  ],
  [
    'none of the best',
    () => beamSearch(step, start(1), { maxLength, nBest: 0 }),
    /^beamSearch: nBest is a positive integer, got 0$/,
  ],
  [
    'more than the beam',
    () => beamSearch(step, start(1), { maxLength, beamWidth: 2, nBest: 3 }),
    /^beamSearch: nBest is at most beamWidth, 2; got 3$/,
  ],
  [
    'no penalty',
    () => beamSearch(step, start(1), { maxLength, lengthPenalty: Number.NaN }),
    /^beamSearch: lengthPenalty is a finite number, got NaN$/,
  ],
  [
    'an end symbol beyond',
    () => beamSearch(step, start(1), { maxLength, endSymbol: 5 }),
    /^beamSearch: endSymbol 5 is out of range/,
  ],
  [
    'a state of other rows',
    () => beamSearch(step, { ...start(1), state: start(2).state }, { maxLength }),
    /^beamSearch: wants the state to start from\.key with a first axis of 1/,
  ],
  [
    'logits of other rows',
    () =>
      beamSearch(() => ({ logits: zeros([2, 3]), state: [] }), { symbols: [0], state: [] }, { maxLength }),
    /^beamSearch: wants logits \[1, V\]/,
  ],
])
