import { isRecording, parameter } from '@unroll/autograd'
import { type Decoded, type DecodeOptions, decode, decodeSteps, sample } from '@unroll/rnn'
import { Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'
import { plain, type ToyModel, toyModel } from './support/toy-models.js'

/** Sequence by sequence, with no batch and no state: what `decode` should do at once. */
function oneByOne(
  model: ToyModel,
  sequence: number,
  choose: (logits: Tensor) => number,
  { maxLength, endSymbol }: DecodeOptions,
) {
  const symbols: number[] = []
  const logProbs: number[] = []
  for (let drawn = 0; drawn < maxLength; drawn++) {
    const own = model.logProbs(sequence, symbols)
    const symbol = choose(own)
    if (symbol === endSymbol) return { symbols, logProbs, ended: true, end: own.get(symbol) }
    symbols.push(symbol)
    logProbs.push(own.get(symbol))
  }
  return { symbols, logProbs, ended: false, end: 0 }
}

function expectDecoded(got: Decoded, wanted: ReturnType<typeof oneByOne>): void {
  const { symbols, logProbs, ended, end } = wanted
  expect([got.symbols, got.ended]).toEqual([symbols, ended])
  expect(got.logProbs).toHaveLength(logProbs.length)
  for (const [i, own] of logProbs.entries()) expect(got.logProbs[i]).toBeCloseTo(own, 12)
  expect(got.logProb).toBeCloseTo(
    logProbs.reduce((sum, own) => sum + own, end),
    12,
  )
}

const sizes = fc.record({
  V: fc.integer({ min: 1, max: 5 }),
  batch: fc.integer({ min: 1, max: 4 }),
  maxLength: fc.integer({ min: 1, max: 8 }),
  seed: fc.nat(1e6),
})

describe('decode', () => {
  test('takes the likeliest symbol at every step, for each sequence as though it were alone', () =>
    fc.assert(
      fc.property(sizes, fc.boolean(), ({ V, batch, maxLength, seed }, ends) => {
        const model = toyModel(V, seed)
        const options = { maxLength, endSymbol: ends ? 0 : undefined }
        const decoded = decode(model.step, model.start(batch), options)
        expect(decoded).toHaveLength(batch)
        decoded.forEach((got, b) => {
          expectDecoded(
            got,
            oneByOne(model, b, (own) => own.argmax().item(), options),
          )
          expect(got.weights?.shape).toEqual([got.symbols.length, 3])
          got.symbols.forEach((_, i) => {
            const wanted = model.weights(b, got.symbols.slice(0, i))
            expect(got.weights?.slice(i).toArray()).toEqual(wanted.toArray())
          })
        })
      }),
      examples(60),
    ))

  test('draws as `sample` does, sequence after sequence, from the one generator', () =>
    fc.assert(
      fc.property(sizes, ({ V, batch, maxLength, seed }) => {
        const model = toyModel(V, seed)
        const sampling = { temperature: 1.5, topK: 3, topP: 0.9 }
        const options = { maxLength, endSymbol: 0, ...sampling }
        const decoded = decode(model.step, model.start(batch), { ...options, rng: new Random(seed) })
        // Step by step over the sequences that live: the order in which numbers are drawn.
        const rng = new Random(seed)
        const live = Array.from({ length: batch }, (_, b) => ({ b, drawn: [] as number[] }))
        for (let length = 0; length < maxLength; length++)
          for (const { b, drawn } of live)
            if (drawn.at(-1) !== 0) drawn.push(sample(model.logProbs(b, drawn).data, { rng, ...sampling }))
        expect(decoded.map(({ symbols }) => symbols)).toEqual(
          live.map(({ drawn }) => drawn.filter((symbol) => symbol !== 0)),
        )
        for (const [b, { drawn }] of live.entries()) {
          const total = drawn.reduce((sum, s, i) => sum + model.logProbs(b, drawn.slice(0, i)).get(s), 0)
          expect(decoded[b].logProb).toBeCloseTo(total, 12)
        }
      }),
      examples(40),
    ))

  test('at temperature 0, or of the topK one, is greedy', () => {
    const model = toyModel(6, 3)
    const greedy = decode(model.step, model.start(3), { maxLength: 9 }).map(plain)
    for (const options of [{ temperature: 0 }, { topK: 1 }, { topP: 1e-9 }])
      expect(
        decode(model.step, model.start(3), { maxLength: 9, rng: new Random(1), ...options }).map(plain),
      ).toEqual(greedy)
  })

  test('goes no further with what has ended, and stops when all have', () => {
    const model = toyModel(3, 8)
    const decoded = decode(model.step, model.start(8), { maxLength: 1000, endSymbol: 1, rng: new Random(2) })
    const lengths = decoded.map(({ symbols }) => symbols.length + 1)
    expect(decoded.every(({ ended }) => ended)).toBe(true)
    expect(model.counts).toEqual(
      Array.from({ length: Math.max(...lengths) }, (_, t) => lengths.filter((length) => length > t).length),
    )
  })

  test('lets `adjust` forbid symbols, by what has come so far', () => {
    const model = toyModel(4, 5)
    const seen: unknown[] = []
    const [one] = decode(model.step, model.start(1), {
      maxLength: 4,
      adjust: (logits, symbols, sequence) => {
        seen.push([[...symbols], sequence])
        for (const symbol of symbols) logits[symbol] = -Infinity // no symbol twice
      },
    })
    expect(one.symbols.toSorted()).toEqual([0, 1, 2, 3])
    expect(seen).toEqual([0, 1, 2, 3].map((n) => [one.symbols.slice(0, n), 0]))
    expect(one.logProbs[3]).toBe(0)
  })

  test('records nothing on the tape, and lets it record between the steps', () => {
    const model = toyModel(3, 1)
    const recorded: boolean[] = []
    const step: typeof model.step = (symbols, state) => {
      recorded.push(isRecording())
      return model.step(symbols, state)
    }
    for (const _ of decodeSteps(step, model.start(1), { maxLength: 3 })) recorded.push(isRecording())
    expect(recorded).toEqual([false, true, false, true, false, true])
    const w = parameter(zeros([1, 2]))
    const [{ weights }] = decode(
      () => ({ logits: w, state: w, weights: w }),
      { symbols: [0], state: w },
      { maxLength: 1 },
    )
    expect(weights?.toArray()).toEqual([[0, 0]])
  })
})

describe('decodeSteps', () => {
  test('gives what `decode` gives, a symbol of every living sequence at a time', () => {
    const options = () => ({ maxLength: 7, endSymbol: 2, rng: new Random(4) })
    const [model, again] = [toyModel(4, 6), toyModel(4, 6)]
    const decoded = decode(model.step, model.start(5), options())
    const symbols = decoded.map((): number[] => [])
    for (const next of decodeSteps(again.step, again.start(5), options())) {
      expect(next.map(({ sequence }) => sequence)).toEqual(next.map(({ sequence }) => sequence).toSorted())
      for (const { sequence, symbol, ended } of next) if (!ended) symbols[sequence].push(symbol)
    }
    expect(symbols).toEqual(decoded.map(({ symbols }) => symbols))
  })

  test('takes no step before it is asked for one', () => {
    const model = toyModel(4, 6)
    for (const _ of decodeSteps(model.step, model.start(1), { maxLength: 100 }))
      if (model.counts.length === 3) break
    expect(model.counts).toEqual([1, 1, 1])
  })
})

const { step, start } = toyModel(3, 1)
const state = start(2).state
const maxLength = 2
const fixed =
  (shape: number[], rest: object = {}) =>
  () =>
    ({ logits: zeros(shape), state: [], ...rest }) as never
const bare = { symbols: [0, 0], state: [] }
expectRefusals([
  [
    'an option that there is not',
    () => decode(step, start(1), { maxLength, beamWidth: 2 } as never),
    /^decode: has no option beamWidth/,
  ],
  [
    'no step',
    () => decode(wrong(), start(1), { maxLength }),
    /^decode: wants a step, a function .* got undefined$/,
  ],
  [
    'no options',
    () => decode(step, start(1), wrong()),
    /^decode: maxLength is a positive integer, got undefined$/,
  ],
  [
    'no start',
    () => decode(step, wrong(), { maxLength }),
    /^decode: wants a start \{ symbols, state \}, .* got undefined$/,
  ],
  [
    'symbols that are no integers',
    () => decode(step, { symbols: [0.5], state }, { maxLength }),
    /got an array$/,
  ],
  [
    'float symbols',
    () => decode(step, { symbols: zeros([2]), state }, { maxLength }),
    /^decode: wants a start .* got \[2\] float32$/,
  ],
  [
    'no sequences',
    () => decode(step, { symbols: [], state }, { maxLength }),
    /^decode: wants at least one sequence/,
  ],
  [
    'a state of other rows',
    () => decode(step, { symbols: [0], state }, { maxLength }),
    /^decode: wants the state to start from\.key with a first axis of 1, .* got \[2\]$/,
  ],
  [
    'no state',
    () => decode(step, { symbols: [0], state: wrong() }, { maxLength }),
    /^decode: wants the state to start from as a Variable, .* got undefined$/,
  ],
  [
    'a part that is none',
    () => decode(step, { symbols: [0], state: wrong({ h: [1] }) }, { maxLength }),
    /^decode: wants the state to start from\.h\[0\] as .* got 1$/,
  ],
  [
    'no length',
    () => decode(step, start(1), { maxLength: 0 }),
    /^decode: maxLength is a positive integer, got 0$/,
  ],
  [
    'an end symbol that is none',
    () => decode(step, start(1), { maxLength, endSymbol: -1 }),
    /^decode: endSymbol is a symbol, .* got -1$/,
  ],
  [
    'an end symbol beyond',
    () => decode(step, start(1), { maxLength, endSymbol: 3 }),
    /^decode: endSymbol 3 is out of range: .* 3 symbols$/,
  ],
  [
    'adjust that is no function',
    () => decode(step, start(1), { maxLength, adjust: wrong(1) }),
    /^decode: adjust is a function .* got 1$/,
  ],
  [
    'a temperature without a generator',
    () => decode(step, start(1), { maxLength, temperature: 1 }),
    /^decode: temperature is for drawing, which wants \{ rng \}/,
  ],
  [
    'a seed as generator',
    () => decode(step, start(1), { maxLength, rng: wrong(1) }),
    /^decode: wants \{ rng \}/,
  ],
  [
    'an option out of range, at once',
    () => decodeSteps(step, start(1), { maxLength, rng: new Random(1), topP: 2 }),
    /^decode: topP is a probability above 0, got 2$/,
  ],
  [
    'logits of other rows',
    () => decode(fixed([1, 3]), bare, { maxLength }),
    /^decode: wants logits \[2, V\] of a step from 2 symbols, got \[1, 3\] float32$/,
  ],
  [
    'logits of no symbols',
    () => decode(fixed([2, 0]), bare, { maxLength }),
    /^decode: wants logits \[2, V\] .* got \[2, 0\] float32$/,
  ],
  [
    'nothing of a step',
    () =>
      decode(
        wrong(() => undefined),
        bare,
        { maxLength },
      ),
    /^decode: wants logits \[2, V\] .* got undefined$/,
  ],
  [
    'a state after with other rows',
    () => decode(fixed([2, 3], { state: zeros([3]) }), bare, { maxLength }),
    /^decode: wants the state after a step with a first axis of 2, .* got \[3\]$/,
  ],
  [
    'weights of other rows',
    () => decode(fixed([2, 3], { weights: zeros([3, 2]) }), bare, { maxLength }),
    /^decode: wants attention weights \[2, S\] .* got \[3, 2\] float32$/,
  ],
  [
    'weights that are none',
    () => decode(fixed([2, 3], { weights: 1 }), bare, { maxLength }),
    /^decode: wants attention weights \[2, S\] .* got 1$/,
  ],
  [
    'NaN',
    () =>
      decode(
        fixed([2, 3], {
          logits: tensor([
            [0, 1],
            [0, Number.NaN],
          ]),
        }),
        bare,
        { maxLength },
      ),
    /^decode: wants logits below Infinity, got NaN at 1$/,
  ],
  [
    'no symbol that is allowed',
    () => decode(step, start(1), { maxLength, adjust: (logits) => void logits.fill(-Infinity) }),
    /^decode: wants logits of which one is finite at least$/,
  ],
])
