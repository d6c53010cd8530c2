import { checkNames, fail, kindOf, Tensor } from '@unroll/tensor'
import type { Dataset } from './dataset.js'
import { checkIndexList, type Indices, takeItems } from './indices.js'
import { checkPadding, pad } from './pad-sequences.js'
import { checkSequences, type Sequence } from './sequence.js'

/** Sequences `x`, and what belongs to them: tensors `[N, …]`, such as labels, or further sequences, such as translations. */
export type SequenceColumns = {
  readonly x: readonly Sequence[]
  readonly [name: string]: Tensor | readonly Sequence[]
}

/**
 * A padded batch: `x [B, T]` or `[B, T, F]` and `lengths [B]`; the other columns by their names, and the lengths of further
 * sequences `y` as `yLengths`.
 */
export type SequenceBatch<D extends SequenceColumns> = { readonly [name in keyof D]: Tensor } & {
  readonly lengths: Tensor
} & {
  readonly [name in Exclude<keyof D & string, 'x'> as D[name] extends Tensor
    ? never
    : `${name}Lengths`]: Tensor
}

export interface SequencesOptions<Name extends string = string> {
  /** What stands after the end of a sequence, for all columns or by name. Default: 0. */
  value?: number | { readonly [name in Name]?: number }
}

/**
 * A dataset of sequences of different lengths, padded as batches are made: for `batches`, or with less padding for
 * `bucketBatches`.
 *
 *     sequences({ x: [[3, 1, 2], [4]], y: labels })   // batches { x, y, lengths }
 *
 * @throws UnrollError when a sequence is empty or holds NaN, the features differ, or the columns have different numbers of items.
 */
export function sequences<D extends SequenceColumns>(
  columns: D,
  options: SequencesOptions<keyof D & string> = {},
): Dataset<SequenceBatch<D>> & { readonly lengths: Int32Array } {
  return new Sequences<D>(columns, options)
}

class Sequences<D extends SequenceColumns> implements Dataset<SequenceBatch<D>> {
  readonly size: number
  readonly lengths: Int32Array
  readonly #columns: readonly Column[]
  readonly #paddings: ReadonlyMap<string, number>

  constructor(columns: D, options: SequencesOptions) {
    checkNames('sequences', options, { value: true })
    const { value = 0 } = options
    this.#columns = readColumns(columns)
    this.#paddings = paddingsOf(this.#columns, value)
    const x = this.#columns.find(([name]) => name === 'x')?.[1] as Tensor[]
    this.size = x.length
    this.lengths = Int32Array.from(x, ({ shape }) => shape[0])
  }

  take(indices: Indices): SequenceBatch<D> {
    const order = checkIndexList('take', indices, this.size)
    const batch = this.#columns.flatMap(([name, column]) => {
      if (column instanceof Tensor) return [[name, takeItems(column, order)]]
      const own = Array.from(order, (i) => column[i])
      const { values, lengths } = pad(own, this.#paddings.get(name) ?? 0)
      return [
        [name, values],
        [name === 'x' ? 'lengths' : `${name}Lengths`, lengths],
      ]
    })
    return Object.fromEntries(batch) as SequenceBatch<D>
  }
}

/** A tensor `[N, …]`, or N sequences `[T, …]`. */
type Column = readonly [name: string, column: Tensor | Tensor[]]

/** The columns, their sequences as tensors. */
function readColumns(columns: SequenceColumns): Column[] {
  if (!Array.isArray(columns?.x))
    fail(
      'sequences',
      `wants { x }, an array of sequences, and what belongs to them; got ${kindOf(columns?.x ?? columns)}`,
    )
  const checked = Object.entries(columns).map(([name, column]): Column => {
    if (!(column instanceof Tensor)) return [name, checkSequences(`sequences: ${name}`, column)]
    if (column.rank === 0) fail('sequences', `${name} is a scalar, want one item for each sequence`)
    return [name, column]
  })
  const names = checked.flatMap(([name, column]) =>
    column instanceof Tensor || name === 'x' ? [name] : [name, `${name}Lengths`],
  )
  const taken = [...names, 'lengths'].find((name, i, all) => all.indexOf(name) !== i)
  if (taken) fail('sequences', `the name ${taken} is that of the lengths; give the column another`)
  for (const [name, column] of checked) {
    const count = column instanceof Tensor ? column.shape[0] : column.length
    if (count !== columns.x.length)
      fail('sequences', `x has ${columns.x.length} sequences, ${name} ${count} items`)
  }
  return checked
}

/** What each column of sequences is padded with. */
function paddingsOf(
  columns: readonly Column[],
  value: number | Readonly<Record<string, number | undefined>>,
) {
  const lists = columns.filter(([, column]) => Array.isArray(column)) as [string, Tensor[]][]
  if (typeof value === 'object' && value !== null)
    for (const name of Object.keys(value))
      if (!lists.some(([own]) => own === name)) fail('sequences', `value: ${name} is no column of sequences`)
  return new Map(
    lists.map(([name, [{ dtype }]]) => {
      const padding = typeof value === 'object' ? (value?.[name] ?? 0) : value
      return [name, checkPadding(`sequences: ${name}`, padding, dtype)]
    }),
  )
}
