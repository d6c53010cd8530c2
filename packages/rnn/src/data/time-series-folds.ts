import { checkNames, fail, type OptionNames } from '@unroll/tensor'
import { checkCount, checkSize } from '../modules/options.js'
import { inOrder } from './indices.js'
import type { Fold } from './k-fold.js'
import type { GapOptions } from './split-in-time.js'
import { countOf, type Divisible, overlapOf, type Part, part } from './subset.js'

export interface TimeSeriesFoldOptions extends GapOptions {
  /** The fewest items to train on. Default: as many as to test on, at least: the tests have ⌊(N − gap) / (k + 1)⌋. */
  minTrain?: number
  /** `expanding` trains on all there is before the gap, `rolling` on as many items in every fold. Default: expanding. */
  window?: 'expanding' | 'rolling'
}

const foldOptions: OptionNames<TimeSeriesFoldOptions> = { gap: true, minTrain: true, window: true }

/**
 * k ways to split items in the order of time, for cross-validation: each fold trains on what lies before what it tests on.
 *
 *     expanding   ■■■■·□□          rolling   ■■■■·□□
 *                 ■■■■■■·□□                    ■■■■·□□
 *                 ■■■■■■■■·□□                    ■■■■·□□
 *
 * The tests are of one size and follow each other up to the last item; what does not come out even is trained on.
 * @throws UnrollError when there are too few items.
 */
export function timeSeriesFolds<D extends Divisible>(
  data: D,
  k: number,
  options: TimeSeriesFoldOptions = {},
): Fold<Part<D>>[] {
  const op = 'timeSeriesFolds'
  checkNames(op, options, foldOptions)
  const size = countOf(op, data)
  const { minTrain, window = 'expanding' } = options
  checkSize(op, 'k', k)
  const gap = checkCount(op, 'gap', options.gap ?? overlapOf(data))
  if (window !== 'expanding' && window !== 'rolling')
    fail(op, `window is expanding or rolling, got ${String(window)}`)
  const tested =
    minTrain === undefined
      ? Math.floor((size - gap) / (k + 1))
      : Math.floor((size - gap - checkSize(op, 'minTrain', minTrain)) / k)
  if (tested < 1)
    fail(
      op,
      `${size} items are too few for ${k} folds with a gap of ${gap}${minTrain === undefined ? '' : ` after ${minTrain} to train on`}`,
    )
  return Array.from({ length: k }, (_, fold) => {
    const from = size - (k - fold) * tested
    const first = window === 'rolling' ? fold * tested : 0
    const train = inOrder(first, from - gap)
    return { train: part(data, train) as Part<D>, test: part(data, inOrder(from, from + tested)) as Part<D> }
  })
}
