import * as F from '@unroll/autograd'
import { axesOf, type TensorsOptions, tensors } from '@unroll/autograd/testing'
import { type Axes, normalizeAxes, type ReduceOptions, sizeOf, type Tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { type Cases, small } from './common.js'

export const reduce = {
  sum: over(F.sum),
  mean: over(F.mean),
  // Often with one or several factors that are 0.
  prod: fc.oneof(
    over(F.prod),
    over((x, axis, options) => F.prod(x, axis, options), { awayFrom: [-2, 2], clearance: 1.99 }),
  ),
  max: over(F.max, { distinct: true }),
  min: over(F.min, { distinct: true }),
  logSumExp: over(F.logSumExp),
  variance: fc.oneof(
    over(F.variance, {}, (x, axis) => countOf(x, axis) > 1),
    over((x, axis, options) => F.variance(x, axis, { ...options, correction: 0 })),
  ),
  // Clear of 0, where it has a kink.
  std: fc.oneof(
    over(F.std, {}, (x, axis) => countOf(x, axis) > 1 && isSpread(x, axis)),
    over((x, axis, options) => F.std(x, axis, { ...options, correction: 0 }), {}, isSpread),
  ),
} satisfies Record<string, Cases>

/** Over any axes that fit, with them kept or not. */
function over(
  f: (x: F.Variable, axis: Axes, options: ReduceOptions) => F.Variable,
  options: TensorsOptions = {},
  fits: (x: Tensor, axis: Axes) => boolean = () => true,
): Cases {
  return tensors({ ...small, ...options })
    .chain((x) => fc.record({ x: fc.constant(x), axis: axesOf(x.shape), keepDims: fc.boolean() }))
    .filter(({ x, axis }) => fits(x, axis))
    .map(({ x, axis, keepDims }) => ({
      f: (v: F.Variable) => f(v, axis, { keepDims }),
      inputs: [x],
      axis,
      keepDims,
    }))
}

function countOf(x: Tensor, axis: Axes): number {
  return sizeOf(normalizeAxes('countOf', axis, x.rank).map((a) => x.shape[a]))
}

function isSpread(x: Tensor, axis: Axes): boolean {
  return x.std(axis, { correction: 0 }).data.every((deviation: number) => deviation >= 0.25)
}
