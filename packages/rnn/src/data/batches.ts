import { checkNames, fail, type OptionNames, type Random } from '@unroll/tensor'
import { checkFlag, checkSize } from '../modules/options.js'
import { checkShuffle } from './checks.js'
import { asDataset, type Columns, type Dataset } from './dataset.js'
import { cut, EpochBatches } from './epoch-batches.js'
import { inOrder } from './indices.js'

/**
 * The batches of an epoch, to be gone over again and again: each time in a new order, if they are shuffled.
 * `B` is an object of tensors by name, such as `{ x, y }` or `{ x, y, lengths }`.
 */
export interface Batches<B> extends Iterable<B> {
  /** The number of batches in an epoch. */
  readonly length: number
  /** The number of items in an epoch. */
  readonly size: number
  /** The generator that shuffles, if any. */
  readonly rng?: Random
  /** The share of the steps in the batches (of the epoch begun last) that are padding; 0 for items of one length. */
  readonly padding: number
  /**
   * Where it stands: save it between two batches, set it on batches made in the same way, and the next iteration gives
   * what was left of the epoch, the further ones the same as they would have been.
   */
  state: BatchesState
}

/** Where batches stand; plain data. */
export interface BatchesState {
  /** How many batches of the epoch under way were given; 0 between epochs. */
  readonly given: number
  /** How many items these had, and of how many in all. Between epochs they can be batched otherwise. */
  readonly items?: number
  readonly size?: number
  /** The state of the generator as that epoch began, from which its order was drawn. */
  readonly began?: readonly number[]
  /** The state of the generator now. */
  readonly rng?: readonly number[]
}

export interface BatchOptions {
  batchSize: number
  /** Draws a new order for each epoch. Default: none, the order is that of the items. */
  shuffle?: Random
  /** Leave out the last batch where it is smaller than the others. Default: false. */
  dropLast?: boolean
}

/**
 * Batches of tensors that share their first axis, or of what else a dataset holds (windows over a series, padded
 * sequences).
 *
 *     for (const { x, y } of batches({ x, y }, { batchSize: 32, shuffle: rng })) …
 *
 * - data: tensors `[N, …]` by name, or a `Dataset` of N items
 * - a batch: the same by name, `[batchSize, …]`; all in one smaller batch when there are fewer items
 *
 * The order of an epoch is drawn as a whole when its first batch is asked for.
 * @throws UnrollError when there are no items, their numbers differ, or `dropLast` would leave none.
 */
export function batches<B extends Columns>(data: B | Dataset<B>, options: BatchOptions): Batches<B> {
  const dataset = asDataset('batches', data)
  checkNames('batches', options, batchOptions)
  const { batchSize, shuffle, dropLast } = checkBatchOptions('batches', dataset, options)
  return new EpochBatches(
    dataset,
    (rng) => {
      const order = rng ? (rng.permutation(dataset.size).data as Int32Array) : inOrder(dataset.size)
      return cut(order, batchSize, dropLast)
    },
    shuffle,
  )
}

export const batchOptions: OptionNames<BatchOptions> = { batchSize: true, shuffle: true, dropLast: true }

/** @throws UnrollError when they are out of range, or leave no batch. */
export function checkBatchOptions(
  op: string,
  { size }: Dataset<unknown>,
  options: BatchOptions,
): BatchOptions & { dropLast: boolean } {
  const { batchSize, shuffle, dropLast = false } = options ?? {}
  checkSize(op, 'batchSize', batchSize)
  checkFlag(op, 'dropLast', dropLast)
  if (dropLast && batchSize > size)
    fail(op, `dropLast leaves no batch: ${size} items are fewer than batchSize ${batchSize}`)
  return { batchSize, shuffle: checkShuffle(op, shuffle), dropLast }
}
