import { checkNames, fail, kindOf, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'
import { type Batches, type BatchOptions, batchOptions, checkBatchOptions } from './batches.js'
import { asDataset, type Columns, type Dataset } from './dataset.js'
import { cut, EpochBatches, longest } from './epoch-batches.js'
import { inOrder } from './indices.js'

export interface BucketOptions extends BatchOptions {
  /**
   * Lengths 1 … w are one bucket, w + 1 … 2w the next, and so on. Wider buckets mix more: items that are often together
   * in a batch teach a little less. Default: 1, which pads the least.
   */
  bucketWidth?: number
  /** Instead, the longest length of each bucket, rising: `[10, 20, 50]`. Longer items are a bucket of their own. */
  buckets?: readonly number[]
}

const bucketOptions: OptionNames<BucketOptions> = { ...batchOptions, bucketWidth: true, buckets: true }

/**
 * Batches of items of similar lengths, with little padding: each epoch the items are shuffled, put in the order of
 * their buckets and cut into batches, which are given in random order. All batches but one are full; where buckets meet,
 * one may hold items of several.
 *
 *     const data = sequences({ x: texts, y: labels })
 *     for (const { x, y, lengths } of bucketBatches(data, { batchSize: 32, shuffle: rng })) …
 *
 * Without `shuffle` they come in the order of their buckets, the shortest first. With buckets of width 1 no other batches of
 * these sizes pad less; `padding` says how much it is.
 * @throws UnrollError when the dataset does not know the lengths of its items, or the options contradict each other.
 */
export function bucketBatches<B extends Columns>(data: Dataset<B>, options: BucketOptions): Batches<B> {
  const op = 'bucketBatches'
  checkNames(op, options, bucketOptions)
  const dataset = asDataset(op, data)
  const { lengths, size } = dataset
  if (!lengths)
    return fail(op, 'wants a dataset that knows the lengths of its items, such as sequences({ x, y }) gives')
  const { batchSize, shuffle, dropLast } = checkBatchOptions(op, dataset, options)
  const buckets = lengths.map(bucketsOf(op, options))
  return new EpochBatches(
    dataset,
    (rng) => {
      const order = rng ? (rng.permutation(size).data as Int32Array) : inOrder(size)
      const kept = dropLast ? order.subarray(0, size - (size % batchSize)) : order
      const sorted = kept.slice().sort((a, b) => buckets[a] - buckets[b]) // stable: a bucket stays shuffled
      const all = cutWell(sorted, lengths, batchSize)
      return rng ? Array.from(rng.permutation(all.length).data, (i) => all[i]) : all
    },
    shuffle,
  )
}

/** The number of the bucket for items of a length. */
function bucketsOf(op: string, { bucketWidth, buckets }: BucketOptions): (length: number) => number {
  if (buckets === undefined) {
    const width = checkSize(op, 'bucketWidth', bucketWidth ?? 1)
    return (length) => Math.ceil(length / width)
  }
  if (bucketWidth !== undefined) fail(op, 'wants bucketWidth or buckets, got both')
  if (!Array.isArray(buckets) || buckets.length === 0)
    fail(
      op,
      `buckets is an array of lengths, such as [10, 20, 50], got ${Array.isArray(buckets) ? 'none' : kindOf(buckets)}`,
    )
  buckets.forEach((end, i) => {
    checkSize(op, 'the end of a bucket', end)
    if (i > 0 && end <= buckets[i - 1]) fail(op, `buckets rise, got [${buckets.join(', ')}]`)
  })
  return (length) => {
    const bucket = buckets.findIndex((end) => length <= end)
    return bucket < 0 ? buckets.length : bucket
  }
}

/**
 * Items in the order of their lengths, cut into batches: where these do not come out even, the smaller batch stands where
 * the steps, Σ items · longest, are fewest. For sorted lengths that is the least that any batches of these sizes can have:
 * the k-th longest batch cannot be shorter than the first item that no longer fits into the k − 1 longer ones.
 */
function cutWell(items: Int32Array, lengths: Int32Array, batchSize: number): Int32Array[] {
  const left = items.length % batchSize
  const evenly = cut(items, batchSize, true)
  if (left === 0) return evenly
  const stepsOf = (batch: Int32Array) => batch.length * longest(batch.map((item) => lengths[item]))
  const later = cut(items.subarray(left), batchSize, true)
  const smallAt = (k: number) => items.subarray(k * batchSize, k * batchSize + left)
  let steps = later.reduce((sum, batch) => sum + stepsOf(batch), 0) // of the batches around the smaller one
  let best = { place: 0, steps: steps + stepsOf(smallAt(0)) }
  evenly.forEach((batch, k) => {
    steps += stepsOf(batch) - stepsOf(later[k])
    const all = steps + stepsOf(smallAt(k + 1))
    if (all < best.steps) best = { place: k + 1, steps: all }
  })
  return [...evenly.slice(0, best.place), smallAt(best.place), ...later.slice(best.place)]
}
