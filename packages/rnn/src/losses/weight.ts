import { Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, kindOf, promote, type Shape, Tensor } from '@unroll/tensor'

/** What scales losses, class by class or element by element: no gradient flows to it. */
export type LossWeight = Variable | Tensor

/**
 * The weight, in the dtype that the losses of x have.
 * @throws UnrollError when it is not of floats, or takes a gradient: it would get none.
 */
export function checkWeight(
  op: string,
  name: string,
  weight: LossWeight | undefined,
  x: Variable,
): Tensor | undefined {
  if (weight === undefined) return undefined
  const value = weight instanceof Variable ? weight.value : weight
  if (!(value instanceof Tensor)) fail(op, `${name} is a Tensor of floats, got ${kindOf(weight)}`)
  if (!isFloat(value.dtype)) fail(op, `${name} is a Tensor of floats, got ${value.dtype}`)
  if (weight instanceof Variable && weight.requiresGrad)
    fail(op, `${name} is a constant, got a Variable that takes a gradient; detach it`)
  return value.cast(promote(x.dtype, 'float32'))
}

/** The same of one that broadcasts to x. @throws UnrollError as `checkWeight`, and when it does not. */
export function checkBroadcastWeight(
  op: string,
  name: string,
  weight: LossWeight | undefined,
  x: Variable,
): Tensor | undefined {
  const value = checkWeight(op, name, weight, x)
  if (value && !broadcastsTo(value.shape, x.shape))
    fail(
      op,
      `${name} ${formatShape(value.shape)} does not broadcast to the losses, which are ${formatShape(x.shape)}`,
    )
  return value
}

function broadcastsTo(shape: Shape, whole: Shape): boolean {
  const lead = whole.length - shape.length
  return lead >= 0 && shape.every((length, a) => length === 1 || length === whole[lead + a])
}
