import { expect, test } from 'vitest'
import type { VariantName } from '../src/benchmark.js'
import { drawKernels } from '../src/picture.js'
import {
  checkpointTable,
  duration,
  growthTable,
  type Result,
  rate,
  significant,
  table,
} from '../src/report.js'

test('times have three digits and the unit that suits them', () => {
  expect([2, 0.25, 1.5e-3, 4e-6, 1.234e-7, 5e-10].map(duration)).toEqual([
    '2.00 s',
    '250 ms',
    '1.50 ms',
    '4.00 µs',
    '123 ns',
    '0.500 ns',
  ])
  expect([1234.5, 12.345].map(significant)).toEqual(['1235', '12.3'])
})

test('arithmetic is told in GFLOP/s, symbols by the second, other work in time per unit', () => {
  expect(rate({ amount: 3e9, unit: 'FLOP' }, 2)).toBe('1.50 GFLOP/s')
  expect(rate({ amount: 500, unit: 'symbol' }, 0.02)).toBe('25,000 symbols/s')
  expect(rate({ amount: 1000, unit: 'element' }, 2e-6)).toBe('2.00 ns / element')
})

const results = [result('A B', 'reference', 1e-3), result('A B', 'wasm', 1e-4), result('A Bᵀ', 'wasm', 2e-4)]

test('the table has a line for every benchmark, and a column for every variant', () => {
  const text = table(results)
  expect(text).toMatch(/benchmark +│ +reference │ +wasm │ ± at most/)
  expect(text).toMatch(/matmul │ A B +│ 1\.00 GFLOP\/s │ 10\.0 GFLOP\/s │ +1\.2 %/)
  expect(text).toMatch(/matmul │ A Bᵀ +│ +│ 5\.00 GFLOP\/s │ +1\.2 %/)
})

test('the picture shows every benchmark and every variant', () => {
  const svg = drawKernels(results)
  for (const text of ['A B', 'A Bᵀ', 'reference', 'wasm', 'GFLOP/s']) expect(svg).toContain(`>${text}<`)
})

test('checkpoints are told with what they cost and save', () => {
  const plain = { every: undefined, T: 64, seconds: 1, peak: 3e8, sequence: 1e8 }
  const text = checkpointTable([plain, { ...plain, every: 8, seconds: 1.25, sequence: 2e7 }])
  expect(text).toMatch(/T 64, none +│ +1\.00 s │ +300 MB │ +100 MB/)
  expect(text).toMatch(/T 64, every 8 steps │ +1\.25 s │ +300 MB │ +20\.0 MB/)
})

test('growth is told with its exponents', () => {
  const points = [
    { value: 16, seconds: 0.01, bytes: 2e6 },
    { value: 32, seconds: 0.02, bytes: 3e6 },
  ]
  const text = growthTable([{ size: 'T', points, time: 1, memory: 0.585 }])
  expect(text).toMatch(/T +│ 16, 32 │ 10\.0 ms, 20\.0 ms │ +1\.00 │ 2\.00 MB, 3\.00 MB │ +0\.5[89]/)
})

function result(name: string, variant: VariantName, median: number): Result {
  return {
    group: 'matmul',
    name,
    variant,
    work: { amount: 1e6, unit: 'FLOP' },
    median,
    margin: 0.0123,
    samples: 40,
  }
}
