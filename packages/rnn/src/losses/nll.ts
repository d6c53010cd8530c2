import type { Variable } from '@unroll/autograd'
import { checkNames, fail, formatShape, normalizeAxis, sameShape, type Tensor } from '@unroll/tensor'
import { asVariable } from '../modules/input.js'
import { type ClassOptions, classesLast, classLossesOf, classOptions, readClasses } from './classes.js'
import { masked } from './mask.js'
import { reduce } from './reduction.js'

/**
 * −log p[target], reduced: the negative log-likelihood, for a model that gives log-probabilities. For one that gives
 * logits, `crossEntropy` does both in one pass.
 *
 * - logProbabilities `[…, C]`, from `logSoftmax` say
 * - target: int32 classes `[…]`
 *
 * @throws UnrollError when the target is not that, a class is out of range, or an option does not fit.
 */
export function nll(
  logProbabilities: Variable | Tensor,
  target: Variable | Tensor,
  options: ClassOptions = {},
): Variable {
  checkNames('nll', options, classOptions)
  const x = asVariable('nll', logProbabilities)
  const t = asVariable('nll', target)
  const axis = normalizeAxis('nll', options.axis ?? -1, x.rank)
  const shape = x.shape.filter((_, a) => a !== axis)
  if (t.dtype !== 'int32' || !sameShape(t.shape, shape))
    fail(
      'nll',
      `log-probabilities ${formatShape(x.shape)} with classes along axis ${axis} want as target int32 classes ${formatShape(shape)}, got ${t.dtype} ${formatShape(t.shape)}`,
    )
  const last = classesLast(x, axis)
  const targets = readClasses('nll', last, t.value, options)
  const losses = masked(classLossesOf(last, targets), targets.counts)
  return reduce('nll', losses, options.reduction, targets.total)
}
