import type { Variable } from '@unroll/autograd'
import { checkNames, type Tensor } from '@unroll/tensor'
import { type CtcInputOptions, ctcInputOptions, readLogProbs } from '../losses/ctc-input.js'
import { indexOfLargest } from './index-of-largest.js'

export interface CtcGreedyResult {
  /** Labels: repeats merged, then blanks dropped. */
  readonly symbols: number[]
  /** The step at which each of them begins. */
  readonly times: number[]
  /** Of the path, which is one of those that stand for the labels: their probability is at least this. */
  readonly logProb: number
}

/**
 * Best-path decoding of what was trained with `ctc`, one result for each sequence: the likeliest class at every step
 * (the first of those that are level), then repeats merged and blanks dropped (Graves et al. 2006, section 3.2). The
 * likeliest path need not stand for the likeliest labels, as many paths may stand for others: see `ctcBeamSearch`.
 *
 * - logProbs: log-probabilities `[B, T, C]`, `[T, B, C]` with `batchFirst: false`, or `[T, C]` for one
 *   sequence (the result is then a list of one)
 *
 * @throws UnrollError when logProbs are not log-probabilities of such a shape, or a length or the blank is out of range.
 */
export function ctcGreedy(logProbs: Variable | Tensor, options: CtcInputOptions = {}): CtcGreedyResult[] {
  checkNames('ctcGreedy', options, ctcInputOptions)
  const { x, inputLengths, blank } = readLogProbs('ctcGreedy', logProbs, options)
  const [, T, C] = x.shape
  const { data } = x
  return Array.from(inputLengths, (length, b) => {
    const symbols: number[] = []
    const times: number[] = []
    let logProb = 0
    let former = blank
    for (let t = 0; t < length; t++) {
      const at = (b * T + t) * C
      const row = data.subarray(at, at + C)
      const best = indexOfLargest('ctcGreedy', row)
      logProb += row[best]
      if (best !== blank && best !== former) {
        symbols.push(best)
        times.push(t)
      }
      former = best
    }
    return { symbols, times, logProb }
  })
}
