import { exp, log, mul, sub, type Variable, where } from '@unroll/autograd'
import {
  checkElements,
  checkNames,
  fail,
  greater,
  notEqual,
  type OptionNames,
  type Tensor,
} from '@unroll/tensor'
import { checkFlag } from '../modules/options.js'
import { elementwise } from './elementwise.js'
import { masked } from './mask.js'
import { type LossOptions, lossOptions, type Reduction, reduce } from './reduction.js'

export interface KLDivOptions extends Omit<LossOptions, 'reduction'> {
  /**
   * `batchMean` is the sum over the length of the first axis: of distributions `[B, C]`, the mean divergence. The `mean`
   * is over all elements, as PyTorch's is. Default: mean.
   */
  reduction?: Reduction | 'batchMean'
  /** Is the target given as log-probabilities, too? Default: false. */
  logTarget?: boolean
}

const klDivOptions: OptionNames<KLDivOptions> = { ...lossOptions, logTarget: true }

/**
 * The terms t (log t − x) of the Kullback–Leibler divergence (Kullback & Leibler 1951) of a distribution t from one whose
 * logarithm is x, reduced. Where t is 0, the term and its gradients are 0.
 *
 * - logProbabilities: x, from `logSoftmax` say
 * - target: t, or with `logTarget` its logarithm; of the same shape
 *
 * @throws UnrollError when the shapes differ, the mask does not fit them, or a probability is negative.
 */
export function klDiv(
  logProbabilities: Variable | Tensor,
  target: Variable | Tensor,
  options: KLDivOptions = {},
): Variable {
  checkNames('klDiv', options, klDivOptions)
  const { reduction = 'mean', logTarget = false, mask } = options
  checkFlag('klDiv', 'logTarget', logTarget)
  if (!['mean', 'batchMean', 'sum', 'none'].includes(reduction))
    fail('klDiv', `reduction is mean, batchMean, sum or none, got ${String(reduction)}`)
  const termsOf = logTarget ? ofLogarithms : ofProbabilities
  if (reduction !== 'batchMean')
    return elementwise('klDiv', logProbabilities, target, { reduction, mask }, termsOf)
  const terms = elementwise('klDiv', logProbabilities, target, { reduction: 'none', mask }, termsOf)
  if (terms.rank === 0) fail('klDiv', 'batchMean wants a first axis, got a scalar')
  return reduce('klDiv', terms, 'mean', terms.shape[0])
}

/** e^l (l − x), for the logarithms l of the target; 0 where l = −∞ */
function ofLogarithms(x: Variable, l: Variable): Variable {
  const support = notEqual(l.value, Number.NEGATIVE_INFINITY)
  const [xs, ls] = [masked(x, support), masked(l, support)]
  return masked(mul(exp(ls), sub(ls, xs)), support)
}

/** t (log t − x); 0 where t = 0 */
function ofProbabilities(x: Variable, t: Variable): Variable {
  checkElements(t.value, (data) => {
    const wrong = data.find((p) => !(p >= 0))
    if (wrong !== undefined)
      fail('klDiv', `target probabilities are ≥ 0, got ${wrong}; of logarithms, say { logTarget: true }`)
  })
  const support = greater(t.value, 0)
  const [xs, ts] = [masked(x, support), where(support, t, 1)]
  return masked(mul(ts, sub(log(ts), xs)), support)
}
