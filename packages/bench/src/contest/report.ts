import { duration, sheet } from '../report.js'
import { type Spread, spread } from '../statistics.js'
import { describe, type Workload, workloads } from '../workloads/workload.js'
import type { Score } from './contest.js'
import { titleOf } from './entrant.js'
import type { Installed } from './install.js'
import { sameMaths } from './judge.js'
import { formatSpeed, megabytes, unitOf } from './units.js'

/** The scores as tables for a terminal, one for each workload, and below who did not take part. */
export function contestTables(scores: readonly Score[]): string {
  const names = [...new Set(scores.map(({ workload }) => workload))]
  return names
    .map((name) => {
      const { title, workload } = workloads[name]
      const of = scores.filter((score) => score.workload === name)
      const missing = of.filter(({ rounds }) => rounds.length === 0)
      return [
        `${name} ${title} (${describe(workload)})`,
        contestTable(workload, of),
        ...missing.map((score) => `  without ${titleOf(score)}: ${firstLine(score.note)}`),
      ].join('\n')
    })
    .join('\n\n')
}

function contestTable(workload: Workload, scores: readonly Score[]): string {
  const unit = unitOf(workload)
  const lines = scores
    .filter(({ rounds }) => rounds.length > 0)
    .map((score) => [
      titleOf(score),
      mathsOf(score, scores),
      ...speeds(workload, spread(score.rounds)),
      duration(score.start ?? Number.NaN),
      megabytes(score.peak ?? Number.NaN),
      score.losses[score.losses.length - 1]?.toPrecision(6) ?? '–',
      firstLine(score.note ?? score.ownMaths),
    ])
  return sheet(['', 'same maths', unit, 'min', 'max', 'first step', 'peak MB', 'loss', ''], lines, 2)
}

/** The median, and the ends: of a speed, the least comes from the longest time. */
function speeds(workload: Workload, { median, min, max }: Spread): string[] {
  const ends = unitOf(workload) === 'ms' ? [min, max] : [max, min]
  return [median, ...ends].map((seconds) => formatSpeed(workload, seconds))
}

function mathsOf(score: Score, scores: readonly Score[]): string {
  if (score.ownMaths) return 'its own'
  const same = sameMaths(score, scores)
  if (same === undefined) return '–'
  return same ? 'yes' : 'NO'
}

/** What installing each of them costs. */
export function installTable(installs: Readonly<Record<string, Installed>>): string {
  const lines = Object.entries(installs).map(([name, { version, bytes, packages }]) => {
    return [name, version, megabytes(bytes), packages]
  })
  return sheet(['', 'version', 'install MB', 'packages'], lines, 2)
}

function firstLine(text = ''): string {
  return text.split('\n')[0].slice(0, 80)
}
