import { Variable, where } from '@unroll/autograd'
import { fail, formatShape, kindOf, type Shape, sameShape, sum, Tensor } from '@unroll/tensor'
import type { LossOptions } from './reduction.js'

/**
 * A mask of losses of this shape, which it may leave the trailing axes of, with axes of length 1 for these.
 * @throws UnrollError when it is not of bools, or of another shape.
 */
export function checkMask(op: string, mask: LossOptions['mask'], shape: Shape): Tensor | undefined {
  if (mask === undefined) return undefined
  const bools = mask instanceof Variable ? mask.value : mask
  if (!(bools instanceof Tensor)) fail(op, `mask is a Tensor of bools, got ${kindOf(mask)}`)
  const { rank } = bools
  if (bools.dtype !== 'bool' || rank > shape.length || !sameShape(bools.shape, shape.slice(0, rank)))
    fail(
      op,
      `mask is of bools, and of the shape of the losses ${formatShape(shape)} or of its leading axes; got ${bools.dtype} ${formatShape(bools.shape)}`,
    )
  return bools.reshape([...bools.shape, ...shape.slice(rank).map(() => 1)])
}

/** How many losses of this shape the mask lets count: a number, or on a device a scalar; undefined without a mask. */
export function countOf(mask: Tensor | undefined, shape: Shape): number | Tensor | undefined {
  return mask && totalOf(mask.broadcastTo(shape))
}

/** The sum of a tensor, as a number where that is known at once. */
export function totalOf(x: Tensor): number | Tensor {
  const total = sum(x)
  return total.device ? total : total.item()
}

/** x, and 0 where the mask is false: what stands there, NaN even, must not meet a gradient of 0. */
export function masked(x: Variable, mask: Tensor | undefined): Variable {
  return mask ? where(mask, x, 0) : x
}
