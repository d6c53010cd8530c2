import { plainTable } from '@unroll/example-kit'
import type { Config } from '../config.js'
import type { Score } from '../score.js'
import type { Outcome } from './outcome.js'

/** How far each is off, as two tables in plain text, and a word on who is best. */
export function formatOutcome(config: Config, outcome: Outcome): string {
  const { baselines, mean, sd, together, networks } = outcome
  const several = networks.length > 1
  const rows: [name: string, score: Score][] = [
    ...baselines.map(({ name, score }): [string, Score] => [name, score]),
    [several ? `${networkName(config)}, mean of ${networks.length}` : networkName(config), mean],
  ]
  if (several) rows.push(['  ± between them', sd], ['  their mean forecast', together.score])

  const ahead = together.score.mae.ahead.map((_, i) => `${i + 1}`)
  const table = (title: string, kind: keyof Score) =>
    plainTable(
      [title, ...ahead, 'all'],
      rows.map(([name, { [kind]: errors }]) => [
        name,
        ...[...errors.ahead, errors.all].map((x) => x.toFixed(2)),
      ]),
    )
  return [
    table('days ahead: mean error, °C', 'mae'),
    table('root of mean square, °C', 'rmse'),
    verdict(outcome),
  ].join('\n')
}

/** 'GRU, 1 × 32' */
export function networkName({ cell, hidden }: Config): string {
  return `${cell.toUpperCase()}, 1 × ${hidden}`
}

/** Where the networks win, and where not. */
function verdict({ baselines, networks, mean }: Outcome): string {
  const best = baselines.reduce((a, b) => (b.score.mae.all < a.score.mae.all ? b : a))
  const { mae } = best.score
  const gain = mae.all - mean.mae.all
  const wins = networks.filter((one) => one.mae.all < mae.all).length
  const days = mean.mae.ahead.flatMap((error, i) => (error < mae.ahead[i] ? [i + 1] : []))
  return [
    `The best of the others is ${best.name}. By the mean error a network is ${Math.abs(gain).toFixed(2)} °C ${gain > 0 ? 'better' : 'worse'};`,
    `${wins} of ${networks.length} are better over all days, and on average they are for ${daysAhead(days, mae.ahead.length)}.`,
  ].join('\n')
}

function daysAhead(days: readonly number[], horizon: number): string {
  if (days.length === 0) return 'no day ahead'
  if (days.length === horizon) return 'every day ahead'
  return `${days.length === 1 ? 'day' : 'days'} ${days.join(', ')} ahead`
}
