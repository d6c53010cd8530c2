import { bytesOf, formatShape, type Shape } from '@unroll/tensor'
import { reachable, type TapeEntry } from './tape.js'
import type { Variable } from './variable.js'

/** One line of the tape. */
export interface TapeRow {
  /** The entry's number: it rises in the order of recording. */
  readonly number: number
  readonly op: string
  /** The numbers of the entries that the inputs came from; undefined for constants. */
  readonly inputs: readonly (number | undefined)[]
  readonly shapes: readonly Shape[]
  /** The values that the gradient needs, by the names that the op's rule has for them. */
  readonly kept: readonly string[]
  /** Bytes of them; those that an earlier row keeps too are counted there only, and parameters not at all. */
  readonly bytes: number
}

/** The tape that leads to y, in the order in which it was recorded. Numbers count from 0 within it. */
export function tapeRows(y: Variable): TapeRow[] {
  const entries = reachable(y.edge ? [y.edge] : [])
  const numbers = new Map(entries.map((entry, i) => [entry, i]))
  const counted = new Set<unknown>(entries.flatMap(({ leaf }) => (leaf ? [leaf.value.storage] : [])))
  return entries.map((entry, number) => ({
    number,
    op: entry.leaf?.name ? `leaf ${entry.leaf.name}` : entry.op,
    inputs: entry.inputs.map((edge) => edge && numbers.get(edge.entry)),
    shapes: entry.outputs.map(({ shape }) => shape),
    kept: entry.kept.map(({ name }) => name),
    bytes: bytesKept(entry, counted),
  }))
}

/** The tape that leads to y as a table: op, inputs, shapes, and the bytes kept for the gradient. */
export function tapeTable(y: Variable): string {
  const rows = tapeRows(y)
  const cells = rows.map(({ number, op, inputs, shapes, kept, bytes }) => [
    String(number),
    op,
    inputs.map((i) => i ?? '·').join(' '),
    shapes.map(formatShape).join(' '),
    kept.join(' '),
    String(bytes),
  ])
  const total = rows.reduce((sum, { bytes }) => sum + bytes, 0)
  return layOut(['#', 'op', 'from', 'shape', 'keeps', 'bytes'], cells, [
    '',
    'total',
    '',
    '',
    '',
    String(total),
  ])
}

/**
 * Bytes that an entry holds for its gradient. What shares storage counts once: at the first entry asked about with the same `counted`,
 * which notes what has been counted.
 */
export function bytesKept(entry: TapeEntry, counted: Set<unknown>): number {
  let { bytes } = entry
  for (const { variable } of entry.kept) {
    const { storage, dtype } = variable.value
    if (counted.has(storage)) continue
    counted.add(storage)
    bytes += storage.elements.length * bytesOf(storage.device ? 'float32' : dtype) // all that a device has
  }
  return bytes
}

/** Columns as wide as their widest cell; the first and the last are numbers and stand to the right. */
function layOut(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  footer: readonly string[],
): string {
  const all = [header, ...rows, footer]
  const widths = header.map((_, column) => all.reduce((width, row) => Math.max(width, row[column].length), 0))
  const rule = widths.map((width) => '─'.repeat(width)).join('──')
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 0 || column === row.length - 1
          ? cell.padStart(widths[column])
          : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd()
  return [line(header), rule, ...rows.map(line), rule, line(footer)].join('\n')
}
