import { checkNames, fail, formatShape, kindOf, type Shape, sameShape, Tensor } from '@unroll/tensor'
import { checkLengths, type Lengths, stepsWithin } from '../layers/lengths.js'

/** Which steps of a padded batch there are: the others do not count, and pass as they are. */
export interface PaddingOptions {
  /** Of `[B, T, F]`: how long each sequence is. */
  lengths?: Lengths
  /** Or bools `[N]` or `[B, T]`, true where there is a step. */
  mask?: Tensor
}

/** Which steps of a tensor `[…, F]` there are, as bools `[…]`; undefined when all are. */
export function realSteps(op: string, shape: Shape, options: PaddingOptions): Tensor | undefined {
  checkNames(op, options, { lengths: true, mask: true })
  const { lengths, mask } = options
  if (lengths !== undefined && mask !== undefined) fail(op, 'wants lengths or a mask, got both')
  const steps = shape.slice(0, -1)
  if (mask !== undefined) {
    if (!(mask instanceof Tensor)) fail(op, `mask is a Tensor of bools, got ${kindOf(mask)}`)
    if (mask.dtype !== 'bool' || !sameShape(mask.shape, steps))
      fail(op, `mask is of bools ${formatShape(steps)}, got ${mask.dtype} ${formatShape(mask.shape)}`)
    return mask
  }
  if (lengths === undefined) return undefined
  if (steps.length !== 2) fail(op, `lengths go with [B, T, F], got ${formatShape(shape)}`)
  return stepsWithin(checkLengths(op, lengths, steps[0], steps[1]), steps[1])
}

/**
 * Calls `visit` with each value of the steps that there are, and the number of its feature. Gives the number of steps.
 * @throws UnrollError when there are none, or a value is NaN or Infinity.
 */
export function eachValue(
  op: string,
  x: Tensor,
  options: PaddingOptions,
  visit: (value: number, feature: number) => void,
): number {
  if (!(x instanceof Tensor)) fail(op, `wants a Tensor, got ${kindOf(x)}`)
  if (x.rank < 2 || x.size === 0) fail(op, `wants values [N, F] or [B, T, F], got ${formatShape(x.shape)}`)
  const real = realSteps(op, x.shape, options)?.data
  const F = x.shape[x.rank - 1]
  const { data } = x
  let count = 0
  for (let step = 0; step * F < data.length; step++) {
    if (real?.[step] === 0) continue
    count++
    for (let feature = 0; feature < F; feature++) {
      const value = data[step * F + feature]
      if (!Number.isFinite(value)) fail(op, `wants finite numbers, got ${value} in feature ${feature}`)
      visit(value, feature)
    }
  }
  if (count === 0) fail(op, 'wants at least one step, the mask leaves none')
  return count
}
