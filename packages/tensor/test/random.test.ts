import { Random, type Tensor, UnrollError } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const seeds = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })

test('the same seed gives the same bits', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const [a, b] = [new Random(seed), new Random(seed)]
      expect(a.normal([5]).data).toEqual(b.normal([5]).data)
      expect(a.permutation(9).data).toEqual(b.permutation(9).data)
      expect(a.state).toEqual(b.state)
    }),
  )
})

test('the bits of a seed never change', () => {
  // Frozen from the first version: weights and samples of old runs must come out again.
  const rng = new Random(42)
  expect([rng.next(), rng.next(), rng.next()]).toEqual([
    0.2934002975361264, 0.6231626238071978, 0.10975624401502049,
  ])
  expect([...rng.uniform([3], -1, 1).data]).toEqual([
    0.6616053581237793, -0.7815355062484741, 0.7152233719825745,
  ])
  expect([...rng.normal([3], 0, 1, { dtype: 'float64' }).data]).toEqual([
    -0.4187433064971316, -0.7098600421720449, 1.5284960523082936,
  ])
  expect([...rng.bernoulli([8]).data]).toEqual([0, 1, 0, 1, 0, 1, 1, 0])
  expect([...rng.permutation(8).data]).toEqual([2, 3, 6, 4, 1, 7, 0, 5])
  expect(rng.state).toEqual([-579484793, -252584486, -959821788, -1788833044])
})

test('other seeds give other bits', () => {
  const firsts = Array.from({ length: 1000 }, (_, seed) => new Random(seed).next())
  expect(new Set(firsts).size).toBe(1000)
})

test('a generator goes on from a state that was kept, also as JSON', () => {
  fc.assert(
    fc.property(seeds, fc.nat(20), (seed, draws) => {
      const rng = new Random(seed)
      for (let i = 0; i < draws; i++) rng.next()
      const kept = JSON.parse(JSON.stringify(rng.state))
      const other = new Random(0)
      other.state = kept
      expect(other.uniform([4]).data).toEqual(rng.uniform([4]).data)
      expect(other.state).toEqual(rng.state)
    }),
  )
})

test('keeping the state draws nothing', () => {
  const rng = new Random(7)
  const kept = [...rng.state]
  rng.next()
  expect(rng.state).not.toEqual(kept)
  rng.state = kept
  expect(rng.state).toEqual(kept)
})

describe('distributions, of a fixed seed, within five standard errors', () => {
  const n = 40_000
  const moments = (x: Tensor) => {
    const values = [...x.data]
    const mean = values.reduce((a, b) => a + b, 0) / n
    return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / n }
  }
  const near = (value: number, expected: number, deviation: number) =>
    expect(Math.abs(value - expected)).toBeLessThan((5 * deviation) / Math.sqrt(n))

  test('uniform', () => {
    const x = new Random(1).uniform([n], -1, 3)
    const { mean, variance } = moments(x)
    near(mean, 1, Math.sqrt(16 / 12))
    near(variance, 16 / 12, 16 * Math.sqrt(1 / 80 - 1 / 144)) // Var (x − μ)² of a width w: w⁴ (1/80 − 1/144)
    expect(Math.min(...x.data)).toBeGreaterThanOrEqual(-1)
    expect(Math.max(...x.data)).toBeLessThan(3)
  })

  test('normal', () => {
    const x = new Random(2).normal([n], 5, 2)
    const { mean, variance } = moments(x)
    near(mean, 5, 2)
    near(variance, 4, 4 * Math.SQRT2)
    const beyond = [...x.data].filter((value) => Math.abs(value - 5) > 2 * 1.959964).length / n
    near(beyond, 0.05, Math.sqrt(0.05 * 0.95))
  })

  test('bernoulli', () => {
    for (const p of [0, 0.1, 0.5, 1]) {
      const { mean } = moments(new Random(3).bernoulli([n], p))
      if (p === 0 || p === 1) expect(mean).toBe(p)
      else near(mean, p, Math.sqrt(p * (1 - p)))
    }
  })

  test('integer', () => {
    const rng = new Random(4)
    const counts = Array(10).fill(0)
    for (let i = 0; i < n; i++) counts[rng.integer(10)]++
    for (const count of counts) near(count / n, 0.1, Math.sqrt(0.1 * 0.9))
  })

  test('permutation: each number is first as often as any other', () => {
    const rng = new Random(5)
    const counts = Array(4).fill(0)
    for (let i = 0; i < n; i++) counts[rng.permutation(4).get(0)]++
    for (const count of counts) near(count / n, 0.25, Math.sqrt(0.25 * 0.75))
  })
})

test('uniform stays below its upper end, though rounding to float32 would reach it', () => {
  const rng = new Random(6)
  // Between 1 and the next float32 there is nothing: half of the numbers would round up to it.
  const narrow = rng.uniform([1000], 1, 1 + 2 ** -23)
  expect(new Set(narrow.data)).toEqual(new Set([1]))
  expect(rng.uniform([3], 2, 2).toArray()).toEqual([2, 2, 2])
})

test('a permutation holds each number once', () => {
  fc.assert(
    fc.property(seeds, fc.nat(50), (seed, n) => {
      const x = new Random(seed).permutation(n)
      expect(x.dtype).toBe('int32')
      expect([...x.data].sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i))
    }),
  )
})

test('dtypes', () => {
  const rng = new Random(8)
  expect(rng.uniform([1], 0, 1, { dtype: 'float64' }).dtype).toBe('float64')
  expect(rng.normal([1]).dtype).toBe('float32')
  expect(rng.bernoulli([1], 0.5, { dtype: 'bool' }).dtype).toBe('bool')
})

test.each<[what: string, draw: (rng: Random) => unknown, problem: RegExp]>([
  [
    'a fractional seed',
    () => new Random(1.5),
    /^Random: wants a seed that is an integer of 32 bits, got 1.5$/,
  ],
  ['a seed that is too large', () => new Random(2 ** 32), /seed that is an integer of 32 bits/],
  ['no seed', () => new Random(undefined as never), /got undefined/],
  [
    'a short state',
    (rng) => {
      rng.state = [1, 2, 3]
    },
    /^Random: wants a state of four 32-bit integers, got \[1,2,3\]$/,
  ],
  [
    'a state that is none',
    (rng) => {
      rng.state = 'abcd' as never
    },
    /four 32-bit integers, got "abcd"/,
  ],
  [
    'a state of zeros',
    (rng) => {
      rng.state = [0, 0, 0, 0]
    },
    /nothing but zeros/,
  ],
  ['a bound of 0', (rng) => rng.integer(0), /^Random.integer: wants a positive integer bound, got 0$/],
  ['a range upside down', (rng) => rng.uniform([1], 1, 0), /^uniform: wants finite low ≤ high, got 1 and 0$/],
  ['an infinite range', (rng) => rng.uniform([1], 0, Number.POSITIVE_INFINITY), /wants finite low ≤ high/],
  ['uniform ints', (rng) => rng.uniform([1], 0, 9, { dtype: 'int32' }), /^uniform: gives floats, not int32$/],
  ['a negative deviation', (rng) => rng.normal([1], 0, -1), /^normal: wants a finite mean .* got 0 and -1$/],
  ['a mean that is NaN', (rng) => rng.normal([1], Number.NaN), /got NaN and 1/],
  ['normal bools', (rng) => rng.normal([1], 0, 1, { dtype: 'bool' }), /^normal: gives floats, not bool$/],
  ['an odd probability', (rng) => rng.bernoulli([1], 1.1), /^bernoulli: wants a probability, got 1.1$/],
  [
    'an unknown dtype',
    (rng) => rng.bernoulli([1], 0.5, { dtype: 'int8' as never }),
    /^bernoulli: dtype is one of .*, got int8$/,
  ],
  [
    'a negative permutation',
    (rng) => rng.permutation(-1),
    /^permutation: .*non-negative integers, got \[-1\]$/,
  ],
])('%s is refused', (_, draw, problem) => {
  expect(() => draw(new Random(0))).toThrow(UnrollError)
  expect(() => draw(new Random(0))).toThrow(problem)
})
