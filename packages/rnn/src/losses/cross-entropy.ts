import { gather, logSoftmax, mul, neg, squeeze, sum, type Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, normalizeAxis, sameShape, type Tensor, unsqueeze } from '@unroll/tensor'
import { asVariable, checkIndices } from '../modules/input.js'
import { type LossOptions, reduce } from './reduction.js'

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
  const logP = logSoftmax(x, axis)
  const losses = probabilities
    ? neg(sum(mul(t, logP), axis))
    : neg(squeeze(gather(logP, axis, unsqueeze(t.value, axis)), axis))
  return reduce('crossEntropy', losses, options.reduction)
}
