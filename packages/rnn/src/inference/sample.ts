import { checkNames, fail, kindOf, type OptionNames, Random } from '@unroll/tensor'
import { indexOfLargest } from '../decoding/index-of-largest.js'

export interface SampleOptions {
  rng: Random
  /** 1 takes the probabilities as they are; less favours the likelier ones, 0 always takes the likeliest. Default: 1. */
  temperature?: number
  /** Draw among so many of the likeliest (and what is level with the last of them; Fan et al. 2018). Default: among all. */
  topK?: number
  /**
   * Draw among the nucleus: as few of the likeliest as have together this probability (and what is level with the last
   * of them; Holtzman et al. 2020), of the probabilities that temperature and topK leave. Default: 1, among all.
   */
  topP?: number
}

export const sampleOptions: OptionNames<SampleOptions> = {
  rng: true,
  temperature: true,
  topK: true,
  topP: true,
}

/**
 * An index, drawn with the probabilities softmax(logits / temperature). No array is made, but for topP.
 * @throws UnrollError when a logit is NaN or Infinity, there is no array of them, or an option is out of range.
 */
export function sample(logits: ArrayLike<number>, options: SampleOptions): number {
  // Called for every symbol: what is as it should be is seen at a glance.
  for (const name in options) if (!(name in sampleOptions)) checkNames('sample', options, sampleOptions)
  const { rng, temperature, topK, topP } = checkSampling('sample', options)
  if (typeof logits?.length !== 'number')
    fail('sample', `wants an array of logits, such as the data of a tensor, got ${kindOf(logits)}`)
  const likeliest = indexOfLargest('sample', logits)
  if (temperature === 0) return likeliest

  const highest = logits[likeliest] // taken off, so that nothing overflows
  const weightOf = (logit: number) => Math.exp((logit - highest) / temperature)
  let lowest = topK < logits.length ? largest(logits, topK) : -Infinity
  if (topP < 1) lowest = lastOfNucleus(logits, lowest, topP, weightOf)
  let total = 0
  for (let i = 0; i < logits.length; i++) if (logits[i] >= lowest) total += weightOf(logits[i])
  let left = rng.next() * total
  for (let i = 0; i < logits.length; i++) {
    if (logits[i] >= lowest) left -= weightOf(logits[i])
    if (left < 0) return i
  }
  return likeliest // rounding may leave a little over
}

/** The options, with their defaults. @throws UnrollError when one is out of range. */
export function checkSampling(op: string, options: SampleOptions): Required<SampleOptions> {
  const { rng, temperature = 1, topK = Number.POSITIVE_INFINITY, topP = 1 } = options ?? {}
  if (!(rng instanceof Random)) fail(op, 'wants { rng }, the generator that draws: new Random(seed)')
  if (!(Number.isFinite(temperature) && temperature >= 0))
    fail(op, `temperature is a number ≥ 0, got ${kindOf(temperature)}`)
  if (!(Number.isInteger(topK) || topK === Infinity) || topK < 1)
    fail(op, `topK is an integer, at least 1, got ${kindOf(topK)}`)
  if (!(typeof topP === 'number' && topP > 0 && topP <= 1))
    fail(op, `topP is a probability above 0, got ${kindOf(topP)}`)
  return { rng, temperature, topK, topP }
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

/** The smallest logit that is needed for a share of the whole, of those that are at least `lowest`. */
function lastOfNucleus(
  logits: ArrayLike<number>,
  lowest: number,
  share: number,
  weightOf: (logit: number) => number,
): number {
  const sorted = Float64Array.from(logits)
    .filter((logit) => logit >= lowest)
    .sort()
    .reverse()
  const total = sorted.reduce((sum, logit) => sum + weightOf(logit), 0)
  let sum = 0
  for (const logit of sorted) {
    sum += weightOf(logit)
    if (sum >= share * total) return logit
  }
  return lowest // rounding may leave a little over
}
