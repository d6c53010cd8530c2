import { drawBars, type Panel } from '../chart.js'
import { median } from '../statistics.js'
import { workloads } from '../workloads/workload.js'
import type { Score } from './contest.js'
import { titleOf } from './entrant.js'
import { speedOf, unitOf } from './units.js'

/** The contestants, workload by workload: those that are told in the same unit in one panel. */
export function drawContest(scores: readonly Score[]): string {
  const timed = scores.filter(({ rounds }) => rounds.length > 0)
  const names = Object.keys(workloads).filter((name) => timed.some(({ workload }) => workload === name))
  const units = [...new Set(names.map((name) => unitOf(workloads[name].workload)))]
  return drawBars(units.map((unit) => panelOf(unit, timed, names)))
}

function panelOf(unit: string, timed: readonly Score[], names: readonly string[]): Panel {
  const shown = names.filter((name) => unitOf(workloads[name].workload) === unit)
  const scores = timed.filter(({ workload }) => shown.includes(workload))
  const contestants = [...new Set(scores.map(titleOf))]
  return {
    title: unit,
    categories: shown.map((name) => `${name} ${workloads[name].title}`),
    series: contestants.map((name) => ({
      name,
      values: shown.map((workload) => {
        const score = scores.find((score) => score.workload === workload && titleOf(score) === name)
        return score && speedOf(workloads[workload].workload, median(score.rounds))
      }),
    })),
  }
}
