import { fail } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'
import { deal, drawOrder, type ShuffleOptions } from './strata.js'
import { countOf, type Divisible, type Part, part } from './subset.js'

/** A way to split the items into those to train on and those to test on. */
export interface Fold<P> {
  train: P
  test: P
}

/**
 * k ways to split items at random, for cross-validation: each item is tested on once, and trained on in the other folds.
 * The tests' sizes differ by one at most; with `stratify`, so do the counts of each class in them.
 *
 *     for (const { train, test } of kFold(data, 5, { rng, stratify: labels })) …
 *
 * Not for series, nor for windows over one: see `timeSeriesFolds`.
 * @throws UnrollError when k is not from 2 to the number of items, or labels are missing.
 */
export function kFold<D extends Divisible>(data: D, k: number, options: ShuffleOptions): Fold<Part<D>>[] {
  const size = countOf('kFold', data)
  if (checkSize('kFold', 'k', k) < 2 || k > size)
    fail('kFold', `k is at least 2 and at most the number of items, ${size}; got ${k}`)
  const tests = deal(drawOrder('kFold', size, options), k, (i) => i % k)
  return tests.map((test) => {
    const tested = new Uint8Array(size)
    for (const item of test) tested[item] = 1
    const train = Int32Array.from(tested.keys()).filter((item) => tested[item] === 0)
    return { train: part(data, train) as Part<D>, test: part(data, test) as Part<D> }
  })
}
