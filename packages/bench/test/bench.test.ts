import { kernelsFor } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { groups } from '../src/groups/index.js'
import { measure } from '../src/measure.js'
import { withVariant } from '../src/variants.js'

/** What takes long even once. */
const large = /^W5|^W1f|^W6L|1024/

describe.each(groups)('$name', ({ benchmarks, variants }) => {
  test('every benchmark has its work, and does it', () => {
    expect(variants.length).toBeGreaterThan(0)
    const all = benchmarks()
    expect(all.length).toBeGreaterThan(0)
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    for (const { name, work, run } of all) {
      expect(work.amount).toBeGreaterThan(0)
      if (!large.test(name)) run()
    }
  })
})

test('a variant brings its kernels, and leaves the former ones behind', () => {
  const former = kernelsFor('float32').name
  expect(withVariant('reference', () => kernelsFor('float32').name)).toBe('reference')
  expect(kernelsFor('float32').name).toBe(former)
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
