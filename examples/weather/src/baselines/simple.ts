import type { Data } from '../data/open-data.js'
import { yearShare } from '../data/series.js'
import type { Forecasts } from '../forecast.js'

/** Every day will be as the last one was. */
export function persistence(data: Data, asked: Int32Array): Forecasts {
  return eachDay(data, asked, (_, last) => data.days[last].tempMax)
}

/** Every day will be as the same day was a year ago. */
export function lastYear(data: Data, asked: Int32Array): Forecasts {
  return eachDay(data, asked, (told) => data.days[told - 365].tempMax)
}

/** Every day will be as its time of the year was on average, of all days up to the first that is asked for. */
export function climatology(data: Data, asked: Int32Array): Forecasts {
  const { days, windows } = data
  const normal = normals(days.slice(0, windows.targetSteps(asked[0]).start))
  return eachDay(data, asked, (told) => normal(days[told].day))
}

/** The mean of the days, in all years, that are at most 15 days away in the year from the one asked for. */
function normals(known: Data['days']): (day: number) => number {
  const shares = known.map(({ day }) => yearShare(day))
  const reach = 15.5 / 365.25
  const memory = new Map<number, number>()
  return (day) => {
    const share = yearShare(day)
    let normal = memory.get(share)
    if (normal === undefined) {
      const near = known.filter((_, i) => distance(shares[i], share) <= reach)
      normal = near.reduce((sum, { tempMax }) => sum + tempMax, 0) / near.length
      memory.set(share, normal)
    }
    return normal
  }
}

/** On the circle of the year. */
function distance(a: number, b: number): number {
  const apart = Math.abs(a - b)
  return Math.min(apart, 1 - apart)
}

/** Forecasts made one by one, from the number of the day that is told and that of the last one known. */
function eachDay(
  { windows }: Data,
  asked: Int32Array,
  tell: (told: number, last: number) => number,
): Forecasts {
  return Array.from(asked, (window) => {
    const { start, stop } = windows.targetSteps(window)
    const last = windows.inputSteps(window).stop - 1
    return Array.from({ length: stop - start }, (_, ahead) => tell(start + ahead, last))
  })
}
