import { fail, kindOf } from '@unroll/tensor'

/** @throws UnrollError when there are none, or one is not there. */
export function checkColumns(
  op: string,
  name: string,
  columns: readonly number[],
  count: number,
): Int32Array {
  if (!Array.isArray(columns) || columns.length === 0)
    fail(op, `${name} is an array of columns, such as [0], got ${JSON.stringify(columns)}`)
  const wrong = columns.find((column) => !Number.isInteger(column) || column < 0 || column >= count)
  if (wrong !== undefined) fail(op, `${name}: there is no column ${kindOf(wrong)} (want 0 … ${count - 1})`)
  return Int32Array.from(columns)
}
