import fc from 'fast-check'
import { expect, test } from 'vitest'
import { growthExponent, median, spread } from '../src/statistics.js'

test('the median is the middle value, or the mean of the two', () => {
  expect(median([3, 1, 20])).toBe(3)
  expect(median([4, 1, 20, 2])).toBe(3)
})

test('the spread has the median between the least and the greatest', () => {
  expect(spread([3, 1, 20])).toEqual({ median: 3, min: 1, max: 20 })
})

test('the exponent of a power law is found, whatever its factor', () => {
  const exponents = fc.double({ min: -3, max: 3, noNaN: true })
  const factors = fc.double({ min: 1e-6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(exponents, factors, (p, c) => {
      const points = [1, 2, 5, 16].map((x) => [x, c * x ** p] as const)
      expect(growthExponent(points)).toBeCloseTo(p, 8)
    }),
  )
})

test('points beside the power law pull both ways', () => {
  // In logarithms: (0, 0), (1, 2), (2, 2), whose line of least squares has slope 1.
  const e = Math.E
  expect(
    growthExponent([
      [1, 1],
      [e, e ** 2],
      [e ** 2, e ** 2],
    ]),
  ).toBeCloseTo(1)
})
