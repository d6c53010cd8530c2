import { indexOfLargest } from './index-of-largest.js'

/**
 * log softmax of the logits of one symbol, in float64: none is above 0.
 * @throws UnrollError when a logit is NaN or Infinity, or none is finite.
 */
export function logSoftmaxOf(op: string, logits: ArrayLike<number>): Float64Array {
  const highest = logits[indexOfLargest(op, logits)]
  let total = 0
  for (let i = 0; i < logits.length; i++) total += Math.exp(logits[i] - highest)
  const logTotal = Math.log(total)
  return Float64Array.from(logits, (logit) => logit - highest - logTotal)
}
