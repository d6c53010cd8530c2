import { describe, expect, it } from 'vitest'
import { fitLinear } from '../src/baselines/linear.js'
import { climatology, lastYear, persistence } from '../src/baselines/simple.js'
import { openData, toldDays, truth } from '../src/data/open-data.js'
import type { Day } from '../src/data/weather.js'
import { train } from '../src/train.js'
import { smallConfig, smallData, smallDays, smallRun } from './support.js'

const data = smallData()
const parts = [data.training, data.validation, data.test]

describe('the parts', () => {
  it('are in the order of time, and no day is told in two of them', () => {
    const told = parts.map((part) => toldDays(data, part).map(({ day }) => day))
    expect(told[0].at(-1)).toBe(told[1][0] - 1)
    expect(told[1].at(-1)).toBe(told[2][0] - 1)
    expect(told[2].at(-1)).toBe(smallDays[smallDays.length - 1].day)
  })

  it('are a half, a quarter and a quarter', () => {
    const windows =
      smallDays.length - smallConfig.days - smallConfig.horizon + 1 - 2 * (smallConfig.horizon - 1)
    expect(parts.map((part) => Math.round((100 * part.length) / windows))).toEqual([50, 25, 25])
  })

  it('tell what comes after what they look back on', () => {
    const [window] = data.test
    const { start } = data.windows.targetSteps(window)
    expect(data.windows.inputSteps(window).stop).toBe(start)
    expect(truth(data, data.test)[0]).toEqual(smallDays.slice(start, start + 3).map(({ tempMax }) => tempMax))
    const { y } = data.windows.take([window])
    const told = data.degrees.inverse(y).toArray() as number[][][]
    expect(told[0].flat().map((x) => Math.round(10 * x) / 10)).toEqual(truth(data, data.test)[0])
  })

  it('want two years', () => {
    expect(() => openData(smallDays.slice(0, 729), smallConfig)).toThrow(
      'data: two years are the least, 730 days, and there are 729',
    )
  })
})

describe('what is to come is not known', () => {
  const border = (part: Int32Array) => data.windows.targetSteps(part[0]).start
  const otherwise = (from: number): Day[] =>
    smallDays.map((day, i) => (i < from ? day : { ...day, tempMax: day.tempMax + 50, wind: 0 }))

  it('to the units, and to the windows that are trained on', () => {
    const other = smallData(otherwise(border(data.validation)))
    expect(other.degrees.state).toEqual(data.degrees.state)
    const [mine, theirs] = [data, other].map(({ windows, training }) => windows.take(training))
    expect(theirs.x.equal(mine.x).all().item()).toBe(1)
    expect(theirs.y.equal(mine.y).all().item()).toBe(1)
    // A day sooner, and they would be others.
    expect(smallData(otherwise(border(data.validation) - 1)).degrees.state).not.toEqual(data.degrees.state)
  })

  it('to the networks, and to the linear model', async () => {
    const [mine, theirs] = await Promise.all(
      [data, smallData(otherwise(border(data.test)))].map(async (data) => {
        const [{ network }] = await train(smallRun({ networks: 1 }), data)
        const weights = Object.values(network.stateDict()).map((weight) => weight.toArray())
        return { weights, first: fitLinear(data).forecast(data.test.slice(0, 1)) }
      }),
    )
    expect(theirs).toEqual(mine)
  })

  it.each([
    ['persistence', persistence],
    ['last year', lastYear],
    ['climatology', climatology],
  ])('to %s', (_, baseline) => {
    const other = smallData(otherwise(border(data.test)))
    const first = data.test.slice(0, 1)
    expect(baseline(other, first)).toEqual(baseline(data, first))
  })
})
