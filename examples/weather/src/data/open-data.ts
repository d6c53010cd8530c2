import { type Scaler, Standardizer, splitInTime, type Windows, windows } from '@unroll/rnn'
import { fail, type Tensor } from '@unroll/tensor'
import type { Config } from '../config.js'
import { seriesOf, target } from './series.js'
import type { Day } from './weather.js'

/** The weather as forecasts see it, in the order of time: parts to learn from, to choose by, and to be judged on. */
export interface Data {
  readonly days: readonly Day[]
  /** All days in the units of the network: [N, F]. */
  readonly series: Tensor
  /** The windows over it, each with the highest temperatures of the days after it. */
  readonly windows: Windows
  /** From °C to the units of the network, and back. */
  readonly degrees: Scaler
  readonly horizon: number
  /** The windows of each part, by number. */
  readonly training: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

/**
 * Splits the windows into halves and quarters: of the four years of Seattle two are learnt from, one to choose by, one to be
 * judged on.
 *
 * A forecast may look back on days that an earlier part had to tell: these are over by then. What must not be is that a day is
 * told in two parts. So between parts as many windows are left out as share a day that is to be told, `horizon − 1`.
 * For the same reason the units come from the days that the training part sees, and from no later ones.
 * @throws UnrollError when there are too few days.
 */
export function openData(
  days: readonly Day[],
  { days: length, horizon }: Pick<Config, 'days' | 'horizon'>,
): Data {
  if (days.length < fewest)
    fail('data', `two years are the least, ${fewest} days, and there are ${days.length}`)
  const options = { length, horizon, targets: [target] }
  const series = seriesOf(days)
  const unscaled = windows(series, options)
  const [training, validation, test] = splitInTime(unscaled.size, [0.5, 0.25, 0.25], { gap: horizon - 1 })

  const seen = unscaled.targetSteps(training[training.length - 1]).stop
  const scaler = Standardizer.fit(series.slice([0, seen]))
  const scaled = scaler.transform(series)
  return {
    days,
    series: scaled,
    windows: windows(scaled, options),
    degrees: scaler.columns([target]),
    ...{ horizon, training, validation, test },
  }
}

/** Of some windows, the days that are to be told. */
export function toldDays({ days, windows }: Data, asked: Int32Array): readonly Day[] {
  const [first, last] = [asked[0], asked[asked.length - 1]]
  return days.slice(windows.targetSteps(first).start, windows.targetSteps(last).stop)
}

/** Of some windows, what is to be told: [window][day ahead], in °C. */
export function truth({ days, windows }: Data, asked: Int32Array): number[][] {
  return Array.from(asked, (window) => {
    const { start, stop } = windows.targetSteps(window)
    return days.slice(start, stop).map(({ tempMax }) => tempMax)
  })
}

const fewest = 730
