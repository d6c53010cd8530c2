import { add, softmax, Variable, where } from '@unroll/autograd'
import * as T from '@unroll/tensor'
import { kindOf } from '@unroll/tensor'
import { checkLengths, type Lengths, stepsWithin } from '../layers/lengths.js'

/**
 * What may be attended to: bools, true = may be; or floats, which are added to the scores (−Infinity = may not be).
 * It broadcasts to the shape of the weights, `[…, T, S]`.
 *
 * That is what the masks of PyTorch's `scaled_dot_product_attention` mean; the boolean ones of its
 * `MultiheadAttention` mean the opposite.
 */
export type Mask = Variable | T.Tensor

/**
 * Softmax of scores `[…, T, S]` over the last axis, of those that may be attended to. The others have weight 0
 * and take no gradient, exactly; where there is none to attend to, all have weight 0 (in PyTorch NaN).
 */
export function maskedSoftmax(scores: Variable, mask: Mask | undefined): Variable {
  if (mask === undefined) return softmax(scores)
  const bools = mask.dtype === 'bool'
  const allowed = bools ? valueOf(mask) : T.notEqual(valueOf(mask), -Infinity)
  const biased = bools ? scores : add(scores, where(allowed, mask, 0))
  // Not −Infinity all along a row: its softmax is NaN.
  const masked = T.where(T.any(allowed, -1, { keepDims: true }), -Infinity, 0)
  return where(allowed, softmax(where(allowed, biased, masked)), 0)
}

/** @throws UnrollError when a mask is not of bools or floats, or does not broadcast to the shape of the scores. */
export function checkMask(op: string, mask: Mask, scores: T.Shape): Mask {
  if (!(mask instanceof Variable || mask instanceof T.Tensor))
    T.fail(op, `wants a mask that is a Variable or a Tensor, got ${kindOf(mask)}`)
  const { shape, dtype } = mask
  if (dtype !== 'bool' && !T.isFloat(dtype))
    T.fail(op, `wants a mask of bools (true = attended) or of floats (added to the scores), got ${dtype}`)
  const fits =
    shape.length <= scores.length &&
    shape.every((length, a) => length === 1 || length === scores[scores.length - shape.length + a])
  if (!fits)
    T.fail(
      op,
      `wants a mask that broadcasts to the scores ${T.formatShape(scores)}, got ${T.formatShape(shape)}`,
    )
  return mask
}

/** A mask that allows what it does and bools do too. */
export function within(bools: T.Tensor, mask: Mask | undefined): Mask {
  if (mask === undefined) return bools
  if (mask.dtype === 'bool') return T.cast(T.where(bools, valueOf(mask), 0), 'bool')
  return where(bools, mask, -Infinity)
}

/** Which keys of a batch there are: bools `[N, S]`, true below the length. */
export function keysWithin(op: string, lengths: Lengths, N: number, S: number): T.Tensor {
  return stepsWithin(checkLengths(op, lengths, N, S), S)
}

function valueOf(mask: Mask): T.Tensor {
  return mask instanceof Variable ? mask.value : mask
}
