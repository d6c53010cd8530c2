import { add, fused, logSoftmax, mul, neg, sum, Variable } from '@unroll/autograd'
import {
  bytesOf,
  checkNames,
  classLosses,
  div,
  equal,
  fail,
  formatShape,
  isFloat,
  kindOf,
  normalizeAxis,
  notEqual,
  type OptionNames,
  sameShape,
  type Tensor,
  unsqueeze,
  where,
} from '@unroll/tensor'
import { asVariable } from '../modules/input.js'
import {
  type ClassOptions,
  type ClassTargets,
  checkClassWeights,
  classesLast,
  classLossesOf,
  classOptions,
  readClasses,
} from './classes.js'
import { checkMask, countOf, masked } from './mask.js'
import { type Reduction, reduce } from './reduction.js'

export interface CrossEntropyOptions extends ClassOptions {
  /**
   * The share ε of each target that is spread over all classes alike, so that none is to be certain (Szegedy et al.
   * 2016, section 7). Default: 0.
   */
  labelSmoothing?: number
}

const crossEntropyOptions: OptionNames<CrossEntropyOptions> = { ...classOptions, labelSmoothing: true }

/**
 * −log softmax(logits)[target], reduced; the mean is over all targets that count.
 *
 * - logits `[…, C]`: any numbers, softmax is taken here
 * - target: int32 classes `[…]`; or float probabilities `[…, C]`, for −Σ target · log softmax(logits)
 *
 * With `weight` w, a class weighs w[target], and the mean is over the sum of those; for probabilities the terms of the
 * sum weigh w each, and the mean is over the number of targets all the same. That is PyTorch's, as is the smoothing
 * ε: the target t becomes (1 − ε) t + ε / C.
 *
 * @throws UnrollError when the target is neither of the two, a class is out of range, an option does not fit, or
 * there is nothing to take the mean of (PyTorch's is NaN).
 */
export function crossEntropy(
  logits: Variable | Tensor,
  target: Variable | Tensor,
  options: CrossEntropyOptions = {},
): Variable {
  checkNames('crossEntropy', options, crossEntropyOptions)
  const x = asVariable('crossEntropy', logits)
  const t = asVariable('crossEntropy', target)
  const { reduction, labelSmoothing = 0 } = options
  const axis = normalizeAxis('crossEntropy', options.axis ?? -1, x.rank)
  const classShape = x.shape.filter((_, a) => a !== axis)
  const probabilities = isFloat(t.dtype) && sameShape(t.shape, x.shape)
  const classes = t.dtype === 'int32' && sameShape(t.shape, classShape)
  if (!probabilities && !classes)
    fail(
      'crossEntropy',
      `logits ${formatShape(x.shape)} with classes along axis ${axis} want as target int32 classes ${formatShape(classShape)} or float probabilities ${formatShape(x.shape)}, got ${t.dtype} ${formatShape(t.shape)}`,
    )
  if (!(typeof labelSmoothing === 'number' && labelSmoothing >= 0 && labelSmoothing <= 1))
    fail('crossEntropy', `labelSmoothing lies between 0 and 1, got ${kindOf(labelSmoothing)}`)
  const last = classesLast(x, axis)
  if (probabilities) return ofProbabilities(last, classesLast(t, axis), options)
  const targets = readClasses('crossEntropy', last, t.value, options)
  return labelSmoothing === 0
    ? ofClasses(last, targets, reduction)
    : ofSmoothedClasses(last, targets, labelSmoothing, options)
}

/** Of logits `[…, C]` and classes `[…]`: losses and gradient in one pass, and one entry on the tape. */
function ofClasses(x: Variable, targets: ClassTargets, reduction: Reduction | undefined): Variable {
  const { classes, counts, weights, total = classes.size } = targets
  const reduced = (losses: Variable) =>
    reduce('crossEntropy', masked(losses, counts), reduction, targets.total)
  const isMean = reduction !== 'none' && reduction !== 'sum'
  const scale = isMean && typeof total === 'number' ? 1 / total : 1
  const [loss] = fused(
    'crossEntropy',
    [x],
    ([wanted]) => {
      const { losses, gradient } = classLosses(x.value, classes, { gradient: wanted, scale })
      const dx = gradient && weighed(gradient, targets)
      return {
        outputs: [reduced(new Variable(weights ? losses.mul(weights) : losses)).value],
        backward: ([dy]) => [
          dx && dy && scaled(dx, isMean && typeof total !== 'number' ? div(dy, total) : dy),
        ],
        keeps: { target: classes },
        held: dx && { bytes: dx.size * bytesOf(dx.dtype) },
      }
    },
    (x) => [reduced(classLossesOf(logSoftmax(keptRows(x, counts)), targets))],
  )
  return loss
}

/** (1 − ε) w[y] · −log p[y] + ε / C · Σ w · −log p for each class y of the target `[…]`; it weighs w[y] in the mean. */
function ofSmoothedClasses(
  x: Variable,
  targets: ClassTargets,
  smoothing: number,
  { reduction, weight }: CrossEntropyOptions,
): Variable {
  const C = x.shape[x.rank - 1]
  const w = checkClassWeights('crossEntropy', weight, x)
  const logs = logSoftmax(keptRows(x, targets.counts))
  const spread = neg(sum(w ? mul(logs, w) : logs, -1))
  const losses = add(mul(1 - smoothing, classLossesOf(logs, targets)), mul(smoothing / C, spread))
  return reduce('crossEntropy', masked(losses, targets.counts), reduction, targets.total)
}

/** Of logits and probabilities `[…, C]`. */
function ofProbabilities(x: Variable, target: Variable, options: CrossEntropyOptions): Variable {
  const { reduction, mask, weight, ignoreIndex, labelSmoothing = 0 } = options
  if (ignoreIndex !== undefined)
    fail('crossEntropy', 'ignoreIndex is of int classes; with probabilities, use mask')
  const shape = x.shape.slice(0, -1)
  const counts = checkMask('crossEntropy', mask, shape)
  const w = checkClassWeights('crossEntropy', weight, x)
  const [logits, given] = [keptRows(x, counts), keptRows(target, counts)]
  const t =
    labelSmoothing === 0 ? given : add(mul(1 - labelSmoothing, given), labelSmoothing / x.shape[x.rank - 1])
  const terms = timesLogs(t, logSoftmax(logits))
  const losses = masked(neg(sum(w ? mul(terms, w) : terms, -1)), counts)
  return reduce('crossEntropy', losses, reduction, countOf(counts, shape))
}

/** t · log p, with 0 · log 0 = 0: a class may be ruled out by a logit of −∞. */
function timesLogs(t: Variable, logs: Variable): Variable {
  if (!logs.device && !logs.data.includes(Number.NEGATIVE_INFINITY)) return mul(t, logs)
  return mul(t, masked(logs, where(equal(t.value, 0), notEqual(logs.value, Number.NEGATIVE_INFINITY), 1)))
}

/** Logits `[…, C]`, and 0 in the rows that do not count. */
function keptRows(x: Variable, counts: Tensor | undefined): Variable {
  return masked(x, counts && unsqueeze(counts, -1))
}

/** The kernel's gradient `[…, C]` times the weights; exactly 0 in the rows that do not count. May change it in place. */
function weighed(gradient: Tensor, { counts, weights }: ClassTargets): Tensor {
  const dx = weights ? gradient.mul(unsqueeze(weights, -1)) : gradient
  if (dx.device) return counts ? where(unsqueeze(counts, -1), dx, 0) : dx
  const { shape, data } = dx // its own storage, which the tape has not seen yet, in rows of C
  const C = shape[shape.length - 1]
  counts?.data.forEach((counted, i) => {
    if (!counted) data.fill(0, i * C, (i + 1) * C)
  })
  return dx
}

/** The gradient `[…, C]` of each loss, times that of the whole by it: one number, or one for each `[…]`. */
function scaled(gradient: Tensor, dy: Tensor): Tensor {
  if (dy.rank > 0) return gradient.mul(unsqueeze(dy, -1))
  return !dy.device && dy.item() === 1 ? gradient : gradient.mul(dy)
}
