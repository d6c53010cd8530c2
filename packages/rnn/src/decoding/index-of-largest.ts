import { fail } from '@unroll/tensor'

/**
 * Where the largest logit is: the first, of those that are level.
 * @throws UnrollError when one is NaN or Infinity, or none is finite.
 */
export function indexOfLargest(op: string, logits: ArrayLike<number>): number {
  let best = 0
  for (let i = 0; i < logits.length; i++) {
    if (!(logits[i] < Infinity)) fail(op, `wants logits below Infinity, got ${logits[i]} at ${i}`)
    if (logits[i] > logits[best]) best = i
  }
  if (!(logits[best] > -Infinity)) fail(op, 'wants logits of which one is finite at least')
  return best
}
