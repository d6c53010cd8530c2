import { type Tensor, tensor } from '@unroll/tensor'
import { type Day, dateOf } from './weather.js'

/** The column of `seriesOf` that is to be told: the highest temperature of a day. */
export const target = 0

/**
 * What a network sees of each day, [N, 6]: the highest and the lowest temperature, rain, wind, and the time of the year.
 *
 * A downpour is not ten times as telling as a shower that brings a tenth of it, so rain goes by its logarithm. The year
 * is a circle, so that its last day is beside its first.
 */
export function seriesOf(days: readonly Day[]): Tensor {
  return tensor(
    days.map(({ day, tempMax, tempMin, precipitation, wind }) => {
      const angle = 2 * Math.PI * yearShare(day)
      return [tempMax, tempMin, Math.log1p(precipitation), wind, Math.sin(angle), Math.cos(angle)]
    }),
  )
}

/** Of the year of a day, the share that is over as it begins: 0 on the first of January. */
export function yearShare(day: number): number {
  const year = Number(dateOf(day).slice(0, 4))
  const [start, end] = [year, year + 1].map((year) => Date.parse(`${year}-01-01T00:00:00Z`) / 86_400_000)
  return (day - start) / (end - start)
}
