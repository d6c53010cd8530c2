import { fail, kindOf, Tensor } from '@unroll/tensor'
import { checkIndexList, countItems, type Indices, takeItems } from './indices.js'

/** Tensors by name that share their first axis, that of the items. */
export type Columns = Readonly<Record<string, Tensor>>

/**
 * Items that batches are made of, fetched by their numbers. What `windows` and `sequences` give; write another for
 * data that are made as they are needed.
 */
export interface Dataset<B> {
  /** The number of items, N. */
  readonly size: number
  /** A batch of the items 0 … N − 1 that are named, in that order. */
  take(indices: Indices): B
  /** The length of each item, where they differ: what `bucketBatches` goes by. */
  readonly lengths?: Int32Array
  /** How many of the items after an item have steps in common with it: `splitInTime` leaves so many out. Default: 0. */
  readonly overlap?: number
}

/** Data as a dataset. @throws UnrollError when they are neither a dataset nor tensors with as many items each, or there are none. */
export function asDataset<B extends Columns>(op: string, data: B | Dataset<B>): Dataset<B> {
  const dataset = isDataset<B>(data) ? data : new TensorDataset<B>(op, data)
  if (dataset.size === 0) fail(op, 'wants at least one item, got none')
  return dataset
}

export function isDataset<B>(data: unknown): data is Dataset<B> {
  return typeof (data as Dataset<B> | undefined)?.take === 'function'
}

class TensorDataset<B extends Columns> implements Dataset<B> {
  readonly size: number

  constructor(
    op: string,
    readonly columns: B,
  ) {
    this.size = countRows(op, columns)
  }

  take(indices: Indices): B {
    const order = checkIndexList('take', indices, this.size)
    const taken = Object.entries(this.columns).map(([name, x]) => [name, takeItems(x, order)])
    return Object.fromEntries(taken) as B
  }
}

/** Gives the number of items that all columns have. */
function countRows(op: string, columns: Columns): number {
  if (typeof columns !== 'object' || columns === null || Array.isArray(columns) || columns instanceof Tensor)
    fail(op, `wants tensors by name, such as { x, y }, or a Dataset, got ${kindOf(columns)}`)
  const entries = Object.entries(columns)
  if (entries.length === 0) fail(op, 'wants tensors by name, such as { x, y }, got an empty object')
  const counts = entries.map(([name, x]) => {
    if (!(x instanceof Tensor)) fail(op, `wants ${name} as a Tensor, got ${kindOf(x)}`)
    return countItems(op, name, x)
  })
  if (counts.some((count) => count !== counts[0]))
    fail(
      op,
      `the tensors have different numbers of items: ${entries.map(([name], i) => `${name} ${counts[i]}`).join(', ')}`,
    )
  return counts[0]
}
