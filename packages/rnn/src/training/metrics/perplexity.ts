import { noGrad } from '@unroll/autograd'
import { checkNames, type Tensor, tensor } from '@unroll/tensor'
import { crossEntropy } from '../../losses/cross-entropy.js'
import { type ClassMetricOptions, classesLast, keptIndices, targetClasses } from './classes.js'
import { tensorOf } from './counted.js'
import { meanMetric, type Sum } from './mean.js'
import type { Metric, Seen } from './metric.js'

/**
 * e to the mean cross-entropy: between how many equally likely classes, on average, the model is still in doubt. 1 is
 * perfect, and C what a model that knows nothing has.
 *
 * - prediction: logits `[…, C]`
 * - target: int32 classes `[…]`
 */
export function perplexity(options: Omit<ClassMetricOptions, 'threshold'> = {}): Metric<Sum, Seen, number> {
  checkNames('perplexity', options, { axis: true, ignoreIndex: true })
  return meanMetric('perplexity', 'lower', (seen) => summedLosses(seen, options), Math.exp)
}

function summedLosses(seen: Seen, options: ClassMetricOptions): Sum {
  const target = targetClasses('perplexity', seen)
  const logits = tensorOf('perplexity', 'the prediction', seen.prediction)
  const kept = keptIndices('perplexity', target, seen, options)
  const scores = classesLast('perplexity', logits, target, options.axis)
  const losses = noGrad(() => crossEntropy(scores, onlyKept(target, kept), { reduction: 'none' })).data
  return [kept.reduce((sum, i) => sum + losses[i], 0), kept.length]
}

/** What does not count may be any number, no class even: there it is 0. */
function onlyKept({ data, shape }: Tensor, kept: readonly number[]): Tensor {
  const classes = new Int32Array(data.length)
  for (const i of kept) classes[i] = data[i]
  return tensor(classes, { shape })
}
