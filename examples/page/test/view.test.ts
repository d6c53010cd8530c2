import { expect, test } from 'vitest'
import { curveOf, recentLoss } from '../src/view/curve.js'
import { every } from '../src/view/every.js'
import { Rate } from '../src/view/rate.js'

test('few losses are all drawn, many by means', () => {
  expect(curveOf([], 3)).toEqual([])
  expect(curveOf([5, 4], 3)).toEqual([[1, 5], [2, 4]]) // biome-ignore format: points
  expect(curveOf([6, 4, 3, 1], 2)).toEqual([[2, 5], [4, 2]]) // biome-ignore format: points
  const losses = Array.from({ length: 1001 }, (_, i) => i)
  const curve = curveOf(losses, 400)
  expect(curve.length).toBe(400)
  expect(curve.at(-1)?.[0]).toBe(1001)
})

test('the loss of now is the mean of the last twenty', () => {
  expect(recentLoss([])).toBeUndefined()
  expect(recentLoss([4, 2])).toBe(3)
  expect(recentLoss([100, ...Array(20).fill(2)])).toBe(2)
})

test('steps per second are those of the last three', () => {
  let now = 0
  const rate = new Rate(() => now)
  rate.add(1)
  expect(rate.perSecond).toBeUndefined()
  for (now = 500; now <= 10_000; now += 500) rate.add(now < 5000 ? 1 : 10)
  expect(rate.perSecond).toBe(20)
  rate.reset()
  expect(rate.perSecond).toBeUndefined()
})

test('what is done every so often is done at first', () => {
  let [now, done] = [0, 0]
  const often = every(100, () => done++, () => now) // biome-ignore format: short
  for (now = 0; now < 1000; now += 30) often()
  expect(done).toBe(9) // at 0, 120, 240, …
})
