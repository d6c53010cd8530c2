import { type Dataset, kFold, randomSplit, splitInTime, subset, timeSeriesFolds } from '@unroll/rnn'
import { arange, Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

const all = (n: number) => [...Array(n).keys()]
const sorted = (parts: Iterable<ArrayLike<number>>) =>
  [...parts].flatMap((part) => Array.from(part)).sort((a, b) => a - b)
/** Two to six shares that add up to 1. */
const shares = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 6 }).map((weights) => {
  const total = weights.reduce((a, b) => a + b)
  return weights.map((w) => w / total)
})
const classes = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 60, maxLength: 120 })

describe('splitInTime', () => {
  test('gives parts in the order of time, of their shares, with the gap between them', () =>
    fc.assert(
      fc.property(shares, fc.integer({ min: 60, max: 200 }), fc.nat(4), (shares, n, gap) => {
        const parts = splitInTime(n, shares, { gap })
        const left = n - gap * (shares.length - 1)
        parts.forEach((part, i) => {
          expect(Math.abs(part.length - shares[i] * left)).toBeLessThanOrEqual(1)
          expect(Array.from(part)).toEqual(all(n).slice(part[0], part[0] + part.length))
          if (i > 0) expect(part[0]).toBe((parts[i - 1].at(-1) ?? 0) + gap + 1)
        })
        expect([parts[0][0], parts.at(-1)?.at(-1)]).toEqual([0, n - 1])
      }),
      examples(100),
    ))

  test('gives views of a series, and parts of whatever it is given', () => {
    const series = arange(0, 20, 1).reshape([10, 2])
    const [early, late] = splitInTime(series, [0.7, 0.3])
    expectTypeOf(early).toEqualTypeOf<Tensor>()
    expect([early.shape, late.shape]).toEqual([
      [7, 2],
      [3, 2],
    ])
    expect(late.storage).toBe(series.storage)
    expect(late.get(0, 0)).toBe(14)

    const [, { x, y }] = splitInTime({ x: [...'abcd'], y: arange(0, 4, 1) }, [0.5, 0.5])
    expectTypeOf(x).toEqualTypeOf<string[]>()
    expect([x, y.toArray()]).toEqual([
      ['c', 'd'],
      [2, 3],
    ])
  })
})

describe('randomSplit', () => {
  test('puts every item into one part, in their order', () =>
    fc.assert(
      fc.property(shares, fc.integer({ min: 40, max: 100 }), fc.nat(), (shares, n, seed) => {
        const parts = randomSplit(n, shares, { rng: new Random(seed) })
        expect(sorted(parts)).toEqual(all(n))
        parts.forEach((part, i) => {
          expect(Math.abs(part.length - shares[i] * n)).toBeLessThan(1)
          expect(part).toEqual(part.toSorted())
        })
        expect(randomSplit(n, shares, { rng: new Random(seed) })).toEqual(parts)
        expect(randomSplit(n, shares, { rng: new Random(seed + 1) })).not.toEqual(parts)
      }),
      examples(100),
    ))

  test('gives each part its share of each class', () =>
    fc.assert(
      fc.property(shares, classes, fc.nat(), (shares, labels, seed) => {
        const parts = randomSplit(labels.length, shares, { rng: new Random(seed), stratify: labels })
        expect(sorted(parts)).toEqual(all(labels.length))
        parts.forEach((part, i) => {
          expect(Math.abs(part.length - shares[i] * labels.length)).toBeLessThan(1)
          for (const label of new Set(labels)) {
            const count = labels.filter((l) => l === label).length
            const own = Array.from(part).filter((item) => labels[item] === label).length
            expect(Math.abs(own - shares[i] * count)).toBeLessThan(2)
          }
        })
      }),
      examples(100),
    ))

  test('leaves no part without, however rare a class is', () => {
    const labels = Int32Array.from({ length: 60 }, (_, i) => i % 20) // three of each
    const [, , test] = randomSplit(60, [0.7, 0.15, 0.15], { rng: new Random(1), stratify: tensor(labels) })
    expect(test.length).toBe(9)
  })

  test('takes tensors, datasets and lists apart', () => {
    const rng = new Random(3)
    const items = arange(0, 10, 1)
    const [a, b] = randomSplit(items, [0.5, 0.5], { rng })
    expect(sorted([a.data, b.data])).toEqual(all(10))
    const [texts] = randomSplit([...'abcdefghij'], [0.9, 0.1], { rng })
    expect(texts.length).toBe(9)

    const data: Dataset<{ x: Tensor }> = {
      size: 10,
      lengths: Int32Array.from(all(10)),
      take: (indices) => ({ x: tensor(Int32Array.from(indices)) }),
    }
    const [c, d] = randomSplit(data, [0.6, 0.4], { rng })
    expectTypeOf(c).toEqualTypeOf<Dataset<{ x: Tensor }>>()
    const whole = (part: typeof c) => part.take(all(part.size)).x.data
    expect(sorted([whole(c), whole(d)])).toEqual(all(10))
    expect(Array.from(c.lengths ?? [])).toEqual(Array.from(whole(c)))
    expect(Array.from(whole(subset(c, [2, 0])))).toEqual([whole(c)[2], whole(c)[0]])
  })
})

describe('kFold', () => {
  test('tests each item once, and trains on the others', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 2, max: 8 }), fc.nat(), (n, k, seed) => {
        fc.pre(k <= n)
        const folds = kFold(n, k, { rng: new Random(seed) })
        expect(sorted(folds.map(({ test }) => test))).toEqual(all(n))
        for (const { train, test } of folds) {
          expect(sorted([train, test])).toEqual(all(n))
          expect([Math.floor(n / k), Math.ceil(n / k)]).toContain(test.length)
        }
        expect(kFold(n, k, { rng: new Random(seed) })).toEqual(folds)
      }),
      examples(100),
    ))

  test('gives each test as many of each class, but for one', () =>
    fc.assert(
      fc.property(classes, fc.integer({ min: 2, max: 8 }), fc.nat(), (labels, k, seed) => {
        const folds = kFold(labels.length, k, { rng: new Random(seed), stratify: labels })
        for (const label of new Set(labels)) {
          const counts = folds.map(({ test }) => test.filter((item) => labels[item] === label).length)
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
        }
      }),
      examples(50),
    ))

  test('takes tensors apart', () => {
    const [{ train, test }] = kFold({ x: arange(0, 6, 1) }, 3, { rng: new Random(1) })
    expect(sorted([train.x.data, test.x.data])).toEqual(all(6))
  })
})

describe('timeSeriesFolds', () => {
  const cases = fc.record({
    n: fc.integer({ min: 30, max: 80 }),
    k: fc.integer({ min: 1, max: 5 }),
    gap: fc.nat(3),
    window: fc.constantFrom('expanding' as const, 'rolling' as const),
    minTrain: fc.option(fc.integer({ min: 1, max: 20 }), { nil: undefined }),
  })

  test('train before the gap, and test after it', () =>
    fc.assert(
      fc.property(cases, ({ n, k, ...options }) => {
        const folds = timeSeriesFolds(n, k, options)
        expect(folds.length).toBe(k)
        const [{ train: first, test: size }] = folds
        folds.forEach(({ train, test }, i) => {
          expect(test[0]).toBe((train.at(-1) ?? Number.NaN) + options.gap + 1)
          expect(Array.from(train)).toEqual(all(n).slice(train[0], train[0] + train.length))
          expect(Array.from(test)).toEqual(all(n).slice(test[0], test[0] + size.length))
          expect(train.length).toBeGreaterThanOrEqual(options.minTrain ?? 1)
          if (options.window === 'rolling') expect(train.length).toBe(first.length)
          else expect(train[0]).toBe(0)
          if (i > 0) expect(test[0]).toBe((folds[i - 1].test.at(-1) ?? Number.NaN) + 1)
        })
        expect(folds.at(-1)?.test.at(-1)).toBe(n - 1)
      }),
      examples(100),
    ))

  test('is that of scikit-learn', () => {
    expect(timeSeriesFolds(6, 5).map(({ train, test }) => [train.length, Array.from(test)])).toEqual(
      [1, 2, 3, 4, 5].map((i) => [i, [i]]),
    )
    expect(timeSeriesFolds(12, 3).map(({ train, test }) => [train.length, test.length])).toEqual([
      [3, 3],
      [6, 3],
      [9, 3],
    ])
    // … and where it does not: train first on what is left over.
    expect(timeSeriesFolds(11, 3).map(({ train, test }) => [train.length, test.length])).toEqual([
      [5, 2],
      [7, 2],
      [9, 2],
    ])
  })
})

const rng = new Random(1)
expectRefusals([
  [
    'no items',
    () => splitInTime(0, [0.5, 0.5]),
    /^splitInTime: the number of items is a positive integer, got 0$/,
  ],
  [
    'an empty tensor',
    () => splitInTime(zeros([0, 2]), [0.5, 0.5]),
    /^splitInTime: wants at least one item, got none$/,
  ],
  ['an empty array', () => kFold([], 2, { rng }), /^kFold: wants at least one item, got none$/],
  [
    'nothing',
    () => splitInTime(wrong(), [0.5, 0.5]),
    /^splitInTime: wants items: a number of them, .* got undefined$/,
  ],
  ['an empty object', () => splitInTime({}, [0.5, 0.5]), /^splitInTime: wants items, got an empty object$/],
  [
    'an object of other things',
    () => splitInTime({ x: wrong(1) }, [0.5, 0.5]),
    /^splitInTime: wants x as a Tensor or an array, got 1$/,
  ],
  [
    'different numbers of items',
    () => splitInTime({ x: [1], y: zeros([2]) }, [0.5, 0.5]),
    /^splitInTime: numbers of items differ: x 1, y 2$/,
  ],
  [
    'one share',
    () => splitInTime(10, [1]),
    /^splitInTime: wants the shares of two parts or more, such as \[0.8, 0.2\], got \[1\]$/,
  ],
  [
    'shares of less',
    () => splitInTime(10, [0.7, 0.2]),
    /^splitInTime: wants shares above 0 that add up to 1, got \[0.7, 0.2\]$/,
  ],
  [
    'a share of nothing',
    () => randomSplit(10, [1, 0], { rng }),
    /^randomSplit: wants shares above 0 that add up to 1, got \[1, 0\]$/,
  ],
  ['a share of NaN', () => randomSplit(10, [1, Number.NaN], { rng }), /^randomSplit: wants shares above 0/],
  [
    'too wide a gap',
    () => splitInTime(10, [0.5, 0.5], { gap: 9 }),
    /^splitInTime: 10 items are too few for 2 parts with gaps of 9 between them$/,
  ],
  [
    'half a gap',
    () => splitInTime(10, [0.5, 0.5], { gap: 0.5 }),
    /^splitInTime: gap is an integer ≥ 0, got 0.5$/,
  ],
  [
    'an empty part',
    () => splitInTime(10, [0.99, 0.01]),
    /^splitInTime: 10 items are too few: part 2 of 2 would be empty$/,
  ],
  [
    'an empty random part',
    () => randomSplit(10, [0.99, 0.01], { rng }),
    /^randomSplit: 10 items are too few: part 2 of 2 would be empty$/,
  ],
  [
    'no generator',
    () => randomSplit(10, [0.5, 0.5], wrong()),
    /^randomSplit: wants \{ rng \}, the generator/,
  ],
  ['no generator of folds', () => kFold(10, 2, wrong({})), /^kFold: wants \{ rng \}, the generator/],
  [
    'one fold',
    () => kFold(10, 1, { rng }),
    /^kFold: k is at least 2 and at most the number of items, 10; got 1$/,
  ],
  [
    'too many folds',
    () => kFold(10, 11, { rng }),
    /^kFold: k is at least 2 and at most the number of items, 10; got 11$/,
  ],
  [
    'too few labels',
    () => kFold(3, 2, { rng, stratify: [0, 1] }),
    /^kFold: stratify is one label for each of the 3 items; got 2$/,
  ],
  [
    'float labels',
    () => kFold(3, 2, { rng, stratify: zeros([3]) }),
    /^kFold: stratify is one label for each of the 3 items, int32; got float32 \[3\]$/,
  ],
  [
    'labels that are none',
    () => kFold(2, 2, { rng, stratify: [1, wrong()] }),
    /^kFold: label 1 is a number, a string or a boolean, got undefined$/,
  ],
  [
    'no labels',
    () => kFold(2, 2, { rng, stratify: wrong('ab') }),
    /^kFold: stratify is the label of each item, a Tensor or an array; got string$/,
  ],
  [
    'too few items',
    () => timeSeriesFolds(5, 5),
    /^timeSeriesFolds: 5 items are too few for 5 folds with a gap of 0$/,
  ],
  [
    'too much to train on',
    () => timeSeriesFolds(10, 3, { minTrain: 8, gap: 1 }),
    /^timeSeriesFolds: 10 items are too few for 3 folds with a gap of 1 after 8 to train on$/,
  ],
  [
    'another window',
    () => timeSeriesFolds(10, 3, { window: wrong('sliding') }),
    /^timeSeriesFolds: window is expanding or rolling, got sliding$/,
  ],
])
