import { checkNames, fail } from '@unroll/tensor'
import { checkCount } from '../modules/options.js'
import { checkFilled, checkShares } from './checks.js'
import { inOrder } from './indices.js'
import { countOf, type Divisible, overlapOf, type Part, part } from './subset.js'

export interface GapOptions {
  /**
   * Items to leave out between one part and the next, so that nothing of the one is seen in the other. Default: 0; for
   * windows over a series, as many as overlap.
   */
  gap?: number
}

/**
 * Items in the order of time, split into parts of these shares: the first comes first.
 *
 *     const [training, validation, test] = splitInTime(windows(series, { length: 24 }), [0.7, 0.15, 0.15])
 *
 * Of a series `[N, F]`, the parts are views.
 * @throws UnrollError when the shares do not add up to 1, or a part would be empty.
 */
export function splitInTime<D extends Divisible>(
  data: D,
  shares: readonly number[],
  options: GapOptions = {},
): Part<D>[] {
  const op = 'splitInTime'
  checkNames(op, options, { gap: true })
  const size = countOf(op, data)
  const gap = checkCount(op, 'gap', options.gap ?? overlapOf(data))
  const left = size - gap * (checkShares(op, shares).length - 1)
  if (left < shares.length)
    fail(op, `${size} items are too few for ${shares.length} parts with gaps of ${gap} between them`)
  let share = 0
  let start = 0
  const parts = shares.map((own, i) => {
    share += own
    const stop = (i === shares.length - 1 ? left : Math.round(share * left)) + i * gap
    const items = inOrder(start, Math.max(start, stop))
    start = stop + gap
    return items
  })
  checkFilled(op, parts, size)
  return parts.map((items) => part(data, items) as Part<D>)
}
