import { tensor } from '@unroll/tensor'
import { describe, expect, it } from 'vitest'
import { fitLinear } from '../src/baselines/linear.js'
import { climatology, lastYear, persistence } from '../src/baselines/simple.js'
import { solve } from '../src/baselines/solve.js'
import { truth } from '../src/data/open-data.js'
import { yearShare } from '../src/data/series.js'
import { score, spread } from '../src/score.js'
import { smallData, smallDays } from './support.js'

/** Days whose highest temperature is what a function says. */
const daysOf = (tempMax: (i: number) => number) =>
  smallDays.map((day, i) => ({ ...day, tempMax: tempMax(i) }))

describe('what is easily said', () => {
  const data = smallData(daysOf((i) => i / 10))
  const window = data.test.slice(0, 1)
  const last = data.windows.inputSteps(window[0]).stop - 1

  it('is that it stays as it is', () => {
    expect(persistence(data, window)).toEqual([[last, last, last].map((i) => i / 10)])
  })

  it('is that it is as a year ago', () => {
    expect(lastYear(data, window)).toEqual([[last - 364, last - 363, last - 362].map((i) => i / 10)])
  })

  it('is that it is as always at that time of the year: 15 days before and after, in all years before', () => {
    // The year is a circle: of the year before, 31 days are near; of this one, the 15 that are over.
    const { days, windows } = data
    const told = windows.targetSteps(window[0]).start
    const far = (i: number) => Math.abs(365.25 * (yearShare(days[i].day) - yearShare(days[told].day)))
    const near = [...days.keys()].filter((i) => i < told && Math.min(far(i), 365.25 - far(i)) <= 15.5)
    expect(near.length).toBe(15 + 31)
    expect(climatology(data, window)[0][0]).toBeCloseTo(
      near.reduce((sum, i) => sum + i / 10, 0) / near.length,
      9,
    )
    const steady = smallData(daysOf(() => 7))
    expect(climatology(steady, steady.test)).toEqual(
      truth(steady, steady.test).map((row) => row.map(() => 7)),
    )
  })

  it('is a weighted sum of the last days, where that is how things are', () => {
    const tempMax = [10, 12]
    for (let i = 2; i < smallDays.length; i++) tempMax.push(1.9 * tempMax[i - 1] - tempMax[i - 2] + 1)
    const swinging = smallData(daysOf((i) => tempMax[i]))
    const linear = fitLinear(swinging)
    expect(linear.days).toBeGreaterThan(1)
    const { mae } = score(linear.forecast(swinging.test), truth(swinging, swinging.test))
    expect(mae.all).toBeLessThan(0.05)
  })
})

it('equations are solved as by hand', () => {
  // (4 + 1) w + 2 b = 12 and 2 w + 3 b = 7, by Cramer's rule
  const A = tensor([4, 2, 2, 3], { shape: [2, 2], dtype: 'float64' })
  const B = tensor([12, 7], { shape: [2, 1], dtype: 'float64' })
  const W = solve(A, B, 1)
  expect(W.get(0, 0)).toBeCloseTo(22 / 11, 12)
  expect(W.get(1, 0)).toBeCloseTo(11 / 11, 12)
})

describe('a score', () => {
  const exact = score(
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [3, 4],
    ],
  )
  const off = score(
    [
      [1, 5],
      [4, 4],
    ],
    [
      [2, 2],
      [3, 8],
    ],
  )

  it('is as by hand', () => {
    expect(exact).toEqual({ mae: { ahead: [0, 0], all: 0 }, rmse: { ahead: [0, 0], all: 0 } })
    expect(off.mae).toEqual({ ahead: [1, 3.5], all: 2.25 })
    expect(off.rmse).toEqual({ ahead: [1, Math.sqrt(12.5)], all: Math.sqrt(27 / 4) })
  })

  it('has a mean and a deviation over several', () => {
    const { mean, sd } = spread([exact, off])
    expect([mean.mae.ahead, mean.mae.all]).toEqual([[0.5, 1.75], 1.125])
    expect(sd.mae.ahead[0]).toBeCloseTo(Math.SQRT1_2, 12)
    expect(spread([off]).sd.mae).toEqual({ ahead: [0, 0], all: 0 })
  })
})
