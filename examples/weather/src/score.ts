import type { Forecasts } from './forecast.js'

/** How far forecasts are off, in °C. */
export interface Score {
  readonly mae: Errors
  readonly rmse: Errors
}

export interface Errors {
  /** For each day ahead. */
  readonly ahead: readonly number[]
  /** Over all of them. */
  readonly all: number
}

/** Mean absolute errors, and the roots of mean squared ones. */
export function score(forecasts: Forecasts, truth: Forecasts): Score {
  const errors = truth.map((row, w) => row.map((value, ahead) => forecasts[w][ahead] - value))
  const squares = errorsOf(errors, (error) => error ** 2)
  return {
    mae: errorsOf(errors, Math.abs),
    rmse: { ahead: squares.ahead.map(Math.sqrt), all: Math.sqrt(squares.all) },
  }
}

/** The mean of several scores, and their standard deviation (of a sample; 0 of one alone). */
export function spread(scores: readonly Score[]): { mean: Score; sd: Score } {
  const over = (of: (values: readonly number[]) => number): Score => {
    const errors = (name: keyof Score): Errors => ({
      ahead: scores[0][name].ahead.map((_, ahead) => of(scores.map((one) => one[name].ahead[ahead]))),
      all: of(scores.map((one) => one[name].all)),
    })
    return { mae: errors('mae'), rmse: errors('rmse') }
  }
  return { mean: over(mean), sd: over(deviation) }
}

/** Each day ahead has as many forecasts, so the mean over all is the mean over these. */
function errorsOf(errors: Forecasts, cost: (error: number) => number): Errors {
  const ahead = errors[0].map((_, day) => mean(errors.map((row) => cost(row[day]))))
  return { ahead, all: mean(ahead) }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function deviation(values: readonly number[]): number {
  const center = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - center) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, values.length - 1))
}
