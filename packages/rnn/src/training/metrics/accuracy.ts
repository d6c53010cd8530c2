import { checkNames, fail } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import {
  type ClassMetricOptions,
  checkNumbers,
  classesLast,
  classify,
  classMetricOptions,
  keptIndices,
  targetClasses,
} from './classes.js'
import { tensorOf } from './counted.js'
import { meanMetric, type Sum } from './mean.js'
import type { Metric, Seen } from './metric.js'

export interface AccuracyOptions extends ClassMetricOptions {
  /** Right when the target is among the k highest scores; of equal scores the first class is the higher. Default: 1. */
  topK?: number
}

/**
 * The part of the targets that were predicted right.
 *
 * - prediction: scores (logits or probabilities) `[…, C]`, classes `[…]`, or one float `[…]` for yes or no
 * - target: classes `[…]`
 */
export function accuracy(options: AccuracyOptions = {}): Metric<Sum, Seen, number> {
  checkNames('accuracy', options, { ...classMetricOptions, topK: true })
  const k = checkSize('accuracy', 'topK', options.topK ?? 1)
  return meanMetric('accuracy', 'higher', (seen) => {
    if (k > 1) return amongHighest(seen, k, options)
    const { target, predicted } = classify('accuracy', seen, options)
    return [target.filter((wanted, i) => wanted === predicted[i]).length, target.length]
  })
}

function amongHighest(seen: Seen, k: number, options: AccuracyOptions): Sum {
  const target = targetClasses('accuracy', seen)
  const scores = classesLast(
    'accuracy',
    tensorOf('accuracy', 'the prediction', seen.prediction),
    target,
    options.axis,
  )
  const { data } = scores
  const C = scores.shape[target.rank]
  const kept = keptIndices('accuracy', target, seen, options)
  checkNumbers('accuracy', scores, C, kept)
  const right = kept.filter((i) => {
    const wanted = target.data[i]
    if (wanted >= C) fail('accuracy', `target class ${wanted} is out of range (want 0 … ${C - 1})`)
    const score = data[i * C + wanted]
    let higher = 0
    for (let c = 0; c < C; c++) {
      const other = data[i * C + c]
      if (other > score || (other === score && c < wanted)) higher++
    }
    return higher < k
  })
  return [right.length, kept.length]
}
