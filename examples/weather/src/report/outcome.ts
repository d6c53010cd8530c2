import { fitLinear } from '../baselines/linear.js'
import { climatology, lastYear, persistence } from '../baselines/simple.js'
import { type Data, toldDays, truth } from '../data/open-data.js'
import { type Forecasts, forecast, forecastNext, together } from '../forecast.js'
import { type Score, score, spread } from '../score.js'
import type { Trained } from '../train.js'

/** What a run came to: what was said of the days of the test part, by whom, and how far it was off. */
export interface Outcome {
  /** The days that were told, as days since 1970; window w tells those from the w-th on. */
  readonly days: readonly number[]
  readonly truth: Forecasts
  readonly baselines: readonly Told[]
  /** Of each network alone. */
  readonly networks: readonly Score[]
  readonly mean: Score
  readonly sd: Score
  /** The mean of their forecasts. */
  readonly together: Told
  /** The days after the very last one, told by all networks together. */
  readonly next: readonly number[]
  /** Spent on training. */
  readonly seconds: number
}

/** Forecasts by one way to make them. */
export interface Told {
  readonly name: string
  readonly forecasts: Forecasts
  readonly score: Score
}

/** Lets all forecast the same days: those of the test part. */
export function judge(trained: readonly Trained[], data: Data): Outcome {
  const { test } = data
  const real = truth(data, test)
  const told = (name: string, forecasts: Forecasts): Told => ({
    name,
    forecasts,
    score: score(forecasts, real),
  })
  const linear = fitLinear(data)
  const all = trained.map(({ network }) => forecast(network, data, test))
  const networks = all.map((one) => score(one, real))
  return {
    days: toldDays(data, test).map(({ day }) => day),
    truth: real,
    baselines: [
      told('last year', lastYear(data, test)),
      told('persistence', persistence(data, test)),
      told('climatology', climatology(data, test)),
      told(`linear, ${linear.days} ${linear.days === 1 ? 'day' : 'days'}`, linear.forecast(test)),
    ],
    networks,
    ...spread(networks),
    together: told('together', together(all)),
    next: together(trained.map(({ network }) => [forecastNext(network, data)]))[0],
    seconds: trained.flatMap(({ history }) => history).reduce((sum, { seconds }) => sum + seconds, 0),
  }
}
