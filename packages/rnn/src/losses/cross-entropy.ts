import { gather, logSoftmax, mul, neg, squeeze, sum, type Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, normalizeAxis, sameShape, type Tensor, unsqueeze } from '@unroll/tensor'
import { asVariable } from './operands.js'
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
 * @throws UnrollError when the shapes do not fit, or a class is out of range.
 */
export function crossEntropy(
  logits: Variable | Tensor,
  target: Variable | Tensor,
  options: CrossEntropyOptions = {},
): Variable {
  const x = asVariable(logits)
  const t = asVariable(target)
  const axis = normalizeAxis('crossEntropy', options.axis ?? -1, x.rank)
  const probabilities = isFloat(t.dtype)
  const wanted = x.shape.filter((_, a) => probabilities || a !== axis)
  if (!sameShape(t.shape, wanted))
    fail(
      'crossEntropy',
      `logits ${formatShape(x.shape)} with classes along axis ${axis} want ${probabilities ? 'probabilities' : 'classes'} ${formatShape(wanted)}, got ${formatShape(t.shape)}`,
    )
  const logP = logSoftmax(x, axis)
  const losses = probabilities
    ? neg(sum(mul(t, logP), axis))
    : neg(squeeze(gather(logP, axis, unsqueeze(t.value, axis)), axis))
  return reduce('crossEntropy', losses, options.reduction)
}
