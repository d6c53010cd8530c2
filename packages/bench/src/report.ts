import Table from 'cli-table3'
import type { Work } from './benchmark.js'
import type { Timing } from './measure.js'

export interface Result extends Timing {
  readonly group: string
  readonly name: string
  readonly work: Work
}

/** The results as a table for a terminal. */
export function table(results: readonly Result[]): string {
  const sheet = new Table({
    head: ['group', 'benchmark', 'median', '±', 'samples', 'per unit of work'],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  })
  for (const { group, name, work, median, margin, samples } of results)
    sheet.push([group, name, duration(median), percent(margin), samples, rate(work, median)])
  return sheet.toString()
}

/** GFLOP/s where the work is arithmetic, else the time that one unit of it takes. */
export function rate({ amount, unit }: Work, seconds: number): string {
  if (unit === 'FLOP') return `${significant(amount / seconds / 1e9)} GFLOP/s`
  return `${duration(seconds / amount)} / ${unit}`
}

/** A time in the unit that suits it, to three digits. */
export function duration(seconds: number): string {
  const [unit, scale] = units.find(([, limit]) => seconds >= limit) ?? units[units.length - 1]
  return `${significant(seconds / scale)} ${unit}`
}

const units = [
  ['s', 1],
  ['ms', 1e-3],
  ['µs', 1e-6],
  ['ns', 1e-9],
] as const

/** Three digits, never in powers of ten. */
function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}
