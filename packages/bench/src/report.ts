import Table from 'cli-table3'
import type { VariantName, Work } from './benchmark.js'
import type { Checkpoints } from './checkpoints.js'
import type { Growth } from './growth.js'
import type { Timing } from './measure.js'
import type { PackageSize } from './sizes.js'
import type { StartResult } from './start.js'

export interface Result extends Timing {
  readonly group: string
  readonly name: string
  readonly variant: VariantName
  readonly work: Work
}

/** The results as a table for a terminal: a line for each benchmark, a column for each variant. */
export function table(results: readonly Result[]): string {
  const variants = [...new Set(results.map(({ variant }) => variant))]
  const rows = new Map<string, Result[]>()
  for (const result of results) {
    const key = `${result.group}\n${result.name}`
    rows.set(key, [...(rows.get(key) ?? []), result])
  }
  const lines = [...rows.values()].map((of) => {
    const cells = variants.map((variant) => {
      const result = of.find((result) => result.variant === variant)
      return result ? rate(result.work, result.median) : ''
    })
    const margin = Math.max(...of.map(({ margin }) => margin))
    return [of[0].group, of[0].name, ...cells, percent(margin)]
  })
  return sheet(['group', 'benchmark', ...variants, '± at most'], lines, 2)
}

/** How a training step of a character LSTM grows. */
export function growthTable(growth: readonly Growth[]): string {
  const lines = growth.map(({ size, points, time, memory }) => [
    size,
    points.map(({ value }) => value).join(', '),
    points.map(({ seconds }) => duration(seconds)).join(', '),
    time.toFixed(2),
    points.map(({ bytes }) => `${significant(bytes / 1e6)} MB`).join(', '),
    memory.toFixed(2),
  ])
  return sheet(['size', 'values', 'time', 'exponent', 'memory', 'exponent'], lines, 2)
}

/** What checkpoints through time cost and save, in training steps of a large LSTM. */
export function checkpointTable(checkpoints: readonly Checkpoints[]): string {
  const lines = checkpoints.map(({ every, T, seconds, peak, sequence }) => [
    every ? `T ${T}, every ${every} steps` : `T ${T}, none`,
    duration(seconds),
    ...[peak, sequence].map((bytes) => `${significant(bytes / 1e6)} MB`),
  ])
  return sheet(['checkpoints', 'step', 'peak memory', 'of it the sequence'], lines, 1)
}

export function startTable(starts: readonly StartResult[]): string {
  const lines = starts.map(({ name, median, min, max }) => [name, ...[median, min, max].map(duration)])
  return sheet(['import and first call', 'median', 'min', 'max'], lines, 1)
}

export function sizeTable(sizes: readonly PackageSize[]): string {
  const lines = sizes.map(({ name, minified, gzipped }) => [name, kilobytes(minified), kilobytes(gzipped)])
  return sheet(['package', 'minified', 'gzipped'], lines, 1)
}

/** A table whose columns after the first `texts` are figures, and so stand at the right. */
export function sheet(head: readonly string[], lines: readonly (string | number)[][], texts: number): string {
  const colAligns = head.map((_, column) => (column < texts ? 'left' : 'right'))
  const made = new Table({ head: [...head], colAligns, style: { head: [], border: [], compact: true } })
  made.push(...lines)
  return made.toString()
}

/** GFLOP/s where the work is arithmetic, symbols a second, else the time that one unit of it takes. */
export function rate({ amount, unit }: Work, seconds: number): string {
  if (unit === 'FLOP') return `${significant(amount / seconds / 1e9)} GFLOP/s`
  if (unit === 'symbol') return `${Math.round(amount / seconds).toLocaleString('en')} symbols/s`
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
export function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`
}
