import { fail } from '@unroll/tensor'
import { checkColumns } from './columns.js'

/** Lists of numbers, one a feature, out of what was saved. @throws UnrollError when they are not all there, and finite. */
export function checkFigures<Name extends string>(
  op: string,
  state: Readonly<Record<Name, readonly number[]>>,
  names: readonly Name[],
): Readonly<Record<Name, readonly number[]>> {
  const lists = names.map((name) => state?.[name])
  const length = lists[0]?.length
  if (
    !lists.every((list) => Array.isArray(list) && list.length === length && list.every(Number.isFinite)) ||
    !length
  )
    fail(
      op,
      `wants { ${names.join(', ')} }, a finite number for each feature; got ${JSON.stringify(state)?.slice(0, 200)}`,
    )
  return state
}

/** Those of some columns. */
export function pick(op: string, figures: readonly number[], columns: readonly number[]): number[] {
  return Array.from(checkColumns(op, 'columns', columns, figures.length), (column) => figures[column])
}
