import * as T from '@unroll/tensor'
import { type Operand, Variable } from '../variable.js'
import { div, mul, sub } from './arithmetic.js'
import { unary } from './define.js'
import { exp } from './elementwise.js'
import { concat, split, stack, unbind } from './join.js'
import { expand, permute, reshape } from './reshape.js'
import { rule } from './rule.js'
import { where } from './where.js'

/** y = Σ x;  dx = dy, repeated over what was summed */
export function sum(x: Operand, axis?: T.Axes, options?: T.ReduceOptions): Variable {
  return unary(
    'sum',
    x,
    (v) => T.sum(v, axis, options),
    rule([], (dy, { x }) => spread(dy, x.shape, axis)),
  )
}

/** y = Σ x / n;  dx = dy / n, repeated */
export function mean(x: Operand, axis?: T.Axes, options?: T.ReduceOptions): Variable {
  return unary(
    'mean',
    x,
    (v) => T.mean(v, axis, options),
    rule([], (dy, { x }) => div(spread(dy, x.shape, axis), countOf(x.shape, axis))),
  )
}

/** y = Π x;  dxᵢ = dy · Π_{j ≠ i} xⱼ (not dy · y / xᵢ: an x may be 0) */
export function prod(x: Operand, axis?: T.Axes, options?: T.ReduceOptions): Variable {
  return unary(
    'prod',
    x,
    (v) => T.prod(v, axis, options),
    rule(['x'], (dy, { x }) => mul(spread(dy, x.shape, axis), productsOfOthers(x, axis))),
  )
}

/** y = max x;  equals share dy evenly */
export function max(x: Operand, axis?: T.Axes, options?: T.ReduceOptions): Variable {
  return unary('max', x, (v) => T.max(v, axis, options), extremeRule(axis))
}

/** y = min x;  equals share dy evenly */
export function min(x: Operand, axis?: T.Axes, options?: T.ReduceOptions): Variable {
  return unary('min', x, (v) => T.min(v, axis, options), extremeRule(axis))
}

/** y = log Σ eˣ;  dx = dy · e^(x − y) */
export function logSumExp(x: Operand, axis?: T.Axes, options?: T.ReduceOptions): Variable {
  return unary(
    'logSumExp',
    x,
    (v) => T.logSumExp(v, axis, options),
    rule(['x', 'y'], (dy, { x, y }) => {
      // Where every x is −∞, so is y: −∞ − (−∞) would be NaN, and the gradient is 0.
      const safe = where(T.equal(y.value, Number.NEGATIVE_INFINITY), 0, y)
      return mul(spread(dy, x.shape, axis), exp(sub(x, spread(safe, x.shape, axis))))
    }),
  )
}

/** y = Σ (x − x̄)² / (n − c);  dx = dy · 2 (x − x̄) / (n − c) */
export function variance(x: Operand, axis?: T.Axes, options: T.VarianceOptions = {}): Variable {
  return unary(
    'variance',
    x,
    (v) => T.variance(v, axis, options),
    rule(['x'], (dy, { x }) => mul(spread(dy, x.shape, axis), mul(2, scaledDeviation(x, axis, options)))),
  )
}

/** y = √variance;  dx = dy / y · (x − x̄) / (n − c), 0 where all x are equal */
export function std(x: Operand, axis?: T.Axes, options: T.VarianceOptions = {}): Variable {
  return unary(
    'std',
    x,
    (v) => T.std(v, axis, options),
    rule(['x', 'y'], (dy, { x, y }) => {
      const flat = T.equal(y.value, 0)
      const slope = where(flat, 0, div(dy, where(flat, 1, y)))
      return mul(spread(slope, x.shape, axis), scaledDeviation(x, axis, options))
    }),
  )
}

/** A reduced result repeated over the axes that were reduced, whether or not they were kept. */
function spread(y: Variable, shape: T.Shape, axis: T.Axes): Variable {
  const axes = T.normalizeAxes('spread', axis, shape.length)
  const kept = shape.map((length, a) => (axes.includes(a) ? 1 : length))
  return expand(reshape(y, kept), shape)
}

function countOf(shape: T.Shape, axis: T.Axes): number {
  return T.sizeOf(T.normalizeAxes('mean', axis, shape.length).map((a) => shape[a]))
}

function scaledDeviation(x: Variable, axis: T.Axes, { correction = 1 }: T.VarianceOptions): Variable {
  return div(sub(x, mean(x, axis, { keepDims: true })), countOf(x.shape, axis) - correction)
}

function extremeRule(axis: T.Axes) {
  return rule(['x', 'y'], (dy, { x, y }) => {
    const best = T.cast(T.equal(x.value, spread(y, x.shape, axis).value), x.dtype)
    const share = T.div(best, T.sum(best, axis, { keepDims: true }))
    return mul(spread(dy, x.shape, axis), share)
  })
}

/** zᵢ = Π_{j ≠ i} xⱼ over the axes, which are brought to the end and made one. */
function productsOfOthers(x: Variable, axis: T.Axes): Variable {
  const axes = T.normalizeAxes('prod', axis, x.rank)
  const order = [...x.shape.keys()].filter((a) => !axes.includes(a)).concat(axes)
  const arranged = permute(x, order)
  const kept = arranged.shape.slice(0, x.rank - axes.length)
  const others = productsOfRest(reshape(arranged, [...kept, countOf(x.shape, axis)]))
  return permute(
    reshape(others, arranged.shape),
    order.map((_, a) => order.indexOf(a)),
  )
}

/**
 * The same along the last axis, in O(n): neighbours are multiplied, and what is left out of a product of
 * pairs gets back the other one of its own pair.
 */
function productsOfRest(x: Variable): Variable {
  const kept = x.shape.slice(0, -1)
  const n = x.shape[kept.length]
  if (n <= 1) return new Variable(T.ones(x.shape, { dtype: x.dtype }))
  const paired = n % 2 ? concat([x, T.ones([...kept, 1], { dtype: x.dtype })], -1) : x
  const [left, right] = unbind(reshape(paired, [...kept, paired.shape[kept.length] / 2, 2]), -1)
  const others = productsOfRest(mul(left, right))
  const rest = reshape(stack([mul(others, right), mul(others, left)], -1), paired.shape)
  return n % 2 ? split(rest, [n, 1], -1)[0] : rest
}
