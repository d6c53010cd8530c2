import { toFloat } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { formatShape, sameShape } from '../shape.js'
import { Tensor } from '../tensor.js'
import { cast } from './define.js'
import { checkIndex } from './indexing.js'

export interface ClassLossOptions {
  /** Also the gradients of the losses by the logits? Default: no. */
  gradient?: boolean
  /** What the gradients are multiplied by. Default: 1. */
  scale?: number
}

export interface ClassLosses {
  /** Of the shape of the target. */
  readonly losses: Tensor
  /** (softmax(logits) − onehot(target)) · scale; undefined when it was not asked for. */
  readonly gradient: Tensor | undefined
}

/**
 * −log softmax(logits)[target], and its gradient in the same pass.
 *
 * - logits `[…, C]`
 * - target `[…]`, int32, 0 … C − 1
 *
 * @throws UnrollError when the target is not of that shape and dtype, or out of range.
 */
export function classLosses(logits: Tensor, target: Tensor, options: ClassLossOptions = {}): ClassLosses {
  const { gradient = false, scale = 1 } = options
  if (logits.rank === 0 || !sameShape(target.shape, logits.shape.slice(0, -1)))
    fail(
      'classLosses',
      `logits […, C] and a target […] must fit, got ${formatShape(logits.shape)} and ${formatShape(target.shape)}`,
    )
  checkIndex('classLosses', logits, logits.rank - 1, target)
  const x = cast(logits, toFloat(logits.dtype))
  const { losses, gradient: dx } = kernelsOf('classLosses', x.dtype, x, target).crossEntropy(
    x,
    target,
    gradient,
    scale,
  )
  return { losses: Tensor.from(losses, target.shape), gradient: dx && Tensor.from(dx, x.shape) }
}
