import * as F from '@unroll/autograd'
import { expect, test } from 'vitest'

test('a chain of 100,000 ops', () => {
  const x = F.parameter(1, { dtype: 'float64' })
  let y: F.Variable = x
  for (let i = 0; i < 50_000; i++) y = y.mul(1 + 1e-5).add(1)
  y.backward()
  expect(x.grad?.item()).toBeCloseTo((1 + 1e-5) ** 50_000, 8)
})

test('the gradient of the gradient of a chain of 10,000', () => {
  const x = F.parameter(1, { dtype: 'float64' })
  let y = x.square()
  for (let i = 0; i < 10_000; i++) y = y.mul(x.detach())
  const [dx] = F.gradients(y, [x], { createGraph: true })
  expect(F.gradients(dx, [x])[0].item()).toBe(2)
})

test('one leaf used 10,000 times', () => {
  const x = F.parameter([1, 2], { dtype: 'float64' })
  const parts = Array.from({ length: 10_000 }, (_, i) => x.mul(i))
  parts
    .reduce((total, part) => total.add(part))
    .sum()
    .backward()
  expect(x.grad?.toArray()).toEqual([49_995_000, 49_995_000])

  x.zeroGrad()
  F.stack(parts.map((_, i) => x.mul(i % 2)))
    .sum()
    .backward()
  expect(x.grad?.toArray()).toEqual([5000, 5000])
})

test('a chain where every step is used twice', () => {
  const x = F.parameter(1, { dtype: 'float64' })
  let y: F.Variable = x
  // There are 2^2,000 ways back, but each step is visited once.
  for (let i = 0; i < 2000; i++) y = y.mul(0.5).add(y.mul(0.5))
  y.backward()
  expect(x.grad?.item()).toBe(1)
})

test('the table of a long tape', () => {
  let y: F.Variable = F.parameter(1)
  for (let i = 0; i < 150_000; i++) y = y.neg()
  expect(F.tapeTable(y).split('\n')).toHaveLength(150_000 + 5)
})
