import { describeMachine } from '../machine.js'
import { median } from '../statistics.js'
import { describe, workloads } from '../workloads/workload.js'
import type { Score } from './contest.js'
import type { PeersReport } from './peers-report.js'
import { formatSpeed, megabytes, unitOf } from './units.js'

/** The README's table, in Markdown: a line for each workload, a column for each contestant. */
export function speedTable({ machine, rounds, installs, scores }: PeersReport): string {
  const names = [...new Set(scores.map(({ name }) => name))]
  const measured = Object.keys(workloads).filter((id) => scores.some(({ workload }) => workload === id))
  const training = measured.filter((id) => workloads[id].workload.kind === 'train')

  const speeds = measured.map((id) => {
    const { title, workload } = workloads[id]
    const cell = (score: Score) => formatSpeed(workload, median(score.rounds))
    return [`${id} ${title}: ${describe(workload)}; ${unitOf(workload)}`, ...cellsOf(scores, id, names, cell)]
  })
  const peaks = training.map((id) => {
    const cell = (score: Score) => (score.peak === undefined ? '–' : megabytes(score.peak))
    return [`peak memory of ${id}, MB`, ...cellsOf(scores, id, names, cell)]
  })
  const costs = names.map((name) => {
    const cost = installs[name]
    return cost ? `${megabytes(cost.bytes)} / ${cost.packages}` : '–'
  })
  const lines = [
    ['', ...names],
    ['---', ...names.map(() => '--:')],
    ...speeds,
    ...peaks,
    ['install size, MB / packages', ...costs],
  ]
  const date = machine.date.slice(0, 10)
  const legend = [
    `${date}, ${describeMachine(machine)}: medians of ${rounds} rounds, taken in turns;`,
    'with 1 / 2 threads where there are two figures.',
    'A training step is forward, backward, clipping by norm and Adam.',
  ]
  const own = names.filter((name) => scores.some((score) => score.name === name && score.ownMaths))
  const exceptions = own.map(
    (name) => `${name}: ${scores.find((s) => s.name === name && s.ownMaths)?.ownMaths}`,
  )
  const notes = own.length ? [`Same weights, data and losses, but ${exceptions.join('; ')}.`] : []
  return [...lines.map((cells) => `| ${cells.join(' | ')} |`), '', [...legend, ...notes].join(' ')].join('\n')
}

/** "17.3 / 14.5": what a contestant did with each number of threads. */
function cellsOf(
  scores: readonly Score[],
  workload: string,
  names: readonly string[],
  cell: (score: Score) => string,
): string[] {
  return names.map((name) => {
    const of = scores.filter((score) => {
      return score.workload === workload && score.name === name && score.rounds.length > 0
    })
    return of.map(cell).join(' / ') || '–'
  })
}
