import { describe, expect, test } from 'vitest'
import { groups } from '../src/groups/index.js'
import { measure, median } from '../src/measure.js'
import { duration, rate, table } from '../src/report.js'

describe.each(groups)('$name', ({ benchmarks }) => {
  test('every benchmark does its work', () => {
    const all = benchmarks()
    expect(all.length).toBeGreaterThan(0)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    for (const { work, run } of all) {
      expect(work.amount).toBeGreaterThan(0)
      run()
    }
  })
})

test('a benchmark is run again and again, as the closure that it is', () => {
  let runs = 0
  const { median, samples } = measure(
    { name: 'count', work: { amount: 1, unit: 'op' }, run: () => ++runs },
    0.01,
  )
  expect(samples).toBeGreaterThanOrEqual(5)
  expect(runs).toBeGreaterThan(samples)
  expect(median).toBeGreaterThan(0)
})

test('what a benchmark throws is thrown', () => {
  const broken = () => {
    throw new Error('out of order')
  }
  expect(() => measure({ name: 'broken', work: { amount: 1, unit: 'op' }, run: broken }, 0.01)).toThrow(
    'out of order',
  )
})

test('the median is the middle value, or the mean of the two', () => {
  expect(median([3, 1, 20])).toBe(3)
  expect(median([4, 1, 20, 2])).toBe(3)
})

test('times have three digits and the unit that suits them', () => {
  expect([2, 0.25, 1.5e-3, 4e-6, 1.234e-7, 5e-10].map(duration)).toEqual([
    '2.00 s',
    '250 ms',
    '1.50 ms',
    '4.00 µs',
    '123 ns',
    '0.500 ns',
  ])
})

test('arithmetic is told in GFLOP/s, other work in time per unit', () => {
  expect(rate({ amount: 3e9, unit: 'FLOP' }, 2)).toBe('1.50 GFLOP/s')
  expect(rate({ amount: 1000, unit: 'element' }, 2e-6)).toBe('2.00 ns / element')
})

test('the table has a line for every result', () => {
  const text = table([
    {
      group: 'matmul',
      name: 'A B',
      work: { amount: 1e6, unit: 'FLOP' },
      median: 1e-3,
      margin: 0.0123,
      samples: 40,
    },
  ])
  expect(text).toMatch(/matmul │ A B +│ 1\.00 ms │ 1\.2 % │ +40 │ +1\.00 GFLOP\/s/)
})
