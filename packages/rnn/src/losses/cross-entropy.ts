import { fused, gather, logSoftmax, mul, neg, permute, squeeze, sum, Variable } from '@unroll/autograd'
import {
  bytesOf,
  classLosses,
  fail,
  formatShape,
  isFloat,
  normalizeAxis,
  sameShape,
  type Tensor,
  unsqueeze,
} from '@unroll/tensor'
import { asVariable, checkIndices } from '../modules/input.js'
import { type LossOptions, type Reduction, reduce } from './reduction.js'

export interface CrossEntropyOptions extends LossOptions {
  /** The axis of the classes. Default: the last; 1 for PyTorch's layout `[B, C, T]`. */
  axis?: number
}

/**
 * −log softmax(logits)[target], reduced; the mean is over all targets.
 *
 * - logits `[…, C]`: any numbers, softmax is taken here
 * - target: int32 classes `[…]`; or float probabilities `[…, C]`, for −Σ target · log softmax(logits)
 *
 * @throws UnrollError when the target is neither of the two, or a class is out of range.
 */
export function crossEntropy(
  logits: Variable | Tensor,
  target: Variable | Tensor,
  options: CrossEntropyOptions = {},
): Variable {
  const x = asVariable('crossEntropy', logits)
  const t = asVariable('crossEntropy', target)
  const axis = normalizeAxis('crossEntropy', options.axis ?? -1, x.rank)
  const classShape = x.shape.filter((_, a) => a !== axis)
  const probabilities = isFloat(t.dtype) && sameShape(t.shape, x.shape)
  const classes = t.dtype === 'int32' && sameShape(t.shape, classShape)
  if (!probabilities && !classes)
    fail(
      'crossEntropy',
      `logits ${formatShape(x.shape)} with classes along axis ${axis} want as target int32 classes ${formatShape(classShape)} or float probabilities ${formatShape(x.shape)}, got ${t.dtype} ${formatShape(t.shape)}`,
    )
  if (classes) checkIndices('crossEntropy', 'class', t.value, x.shape[axis])
  if (probabilities)
    return reduce('crossEntropy', neg(sum(mul(t, logSoftmax(x, axis)), axis)), options.reduction)
  const order = [...x.shape.keys()].filter((a) => a !== axis)
  return ofClasses(axis === x.rank - 1 ? x : permute(x, [...order, axis]), t.value, options.reduction)
}

/** Of logits `[…, C]` and classes `[…]`: losses and gradient in one pass, and one entry on the tape. */
function ofClasses(x: Variable, target: Tensor, reduction: Reduction | undefined): Variable {
  const reduced = (losses: Variable) => reduce('crossEntropy', losses, reduction)
  const scale = reduction === 'none' || reduction === 'sum' ? 1 : 1 / target.size
  const [loss] = fused(
    'crossEntropy',
    [x],
    ([wanted]) => {
      const { losses, gradient } = classLosses(x.value, target, { gradient: wanted, scale })
      return {
        outputs: [reduced(new Variable(losses)).value],
        backward: ([dy]) => [gradient && dy && scaled(gradient, dy)],
        keeps: { target },
        held: gradient && { bytes: gradient.size * bytesOf(gradient.dtype) },
      }
    },
    (x) => [reduced(neg(squeeze(gather(logSoftmax(x), -1, unsqueeze(target, -1)), -1)))],
  )
  return loss
}

/** The gradient `[…, C]` of each loss, times that of the whole by it: one number, or one for each `[…]`. */
function scaled(gradient: Tensor, dy: Tensor): Tensor {
  if (dy.rank > 0) return gradient.mul(unsqueeze(dy, -1))
  return dy.item() === 1 ? gradient : gradient.mul(dy)
}
