import { fail, Random } from '@unroll/tensor'

export interface SampleOptions {
  rng: Random
  /** 1 takes the probabilities as they are; less favours the likelier ones, 0 always takes the likeliest. Default: 1. */
  temperature?: number
  /** Draw among so many of the likeliest (and what is level with the last of them; Fan et al. 2018). Default: among all. */
  topK?: number
}

/**
 * An index, drawn with the probabilities softmax(logits / temperature). No array is made.
 * @throws UnrollError when a logit is NaN or Infinity, or an option is out of range.
 */
export function sample(logits: ArrayLike<number>, options: SampleOptions): number {
  const { rng, temperature = 1, topK = Number.POSITIVE_INFINITY } = options ?? {}
  if (!(rng instanceof Random)) fail('sample', 'wants { rng }, the generator that draws: new Random(seed)')
  if (!(temperature >= 0)) fail('sample', `temperature is a number ≥ 0, got ${temperature}`)
  if (!(topK >= 1)) fail('sample', `topK is at least 1, got ${topK}`)
  const likeliest = indexOfLargest(logits)
  if (temperature === 0) return likeliest

  const highest = logits[likeliest] // taken off, so that nothing overflows
  const lowest = topK < logits.length ? largest(logits, topK) : -Infinity
  let total = 0
  for (let i = 0; i < logits.length; i++)
    if (logits[i] >= lowest) total += Math.exp((logits[i] - highest) / temperature)
  let left = rng.next() * total
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] >= lowest) left -= Math.exp((logits[i] - highest) / temperature)
    if (left < 0) return i
  }
  return likeliest // rounding may leave a little over
}

function indexOfLargest(logits: ArrayLike<number>): number {
  let best = 0
  for (let i = 0; i < logits.length; i++) {
    if (!(logits[i] < Infinity)) fail('sample', `wants logits below Infinity, got ${logits[i]} at ${i}`)
    if (logits[i] > logits[best]) best = i
  }
  if (!(logits[best] > -Infinity)) fail('sample', 'wants logits of which one is finite at least')
  return best
}

/** The k-th largest number: found from the largest down, as k is small. */
function largest(logits: ArrayLike<number>, k: number): number {
  let bound = Infinity
  for (let found = 0; found < k; ) {
    let next = -Infinity
    for (let i = 0; i < logits.length; i++) if (logits[i] < bound && logits[i] > next) next = logits[i]
    for (let i = 0; i < logits.length; i++) if (logits[i] === next) found++
    bound = next
  }
  return bound
}
