import { Variable } from '@unroll/autograd'
import {
  abs,
  cast,
  checkNames,
  div,
  fail,
  formatShape,
  greater,
  isFinite,
  max,
  maximum,
  mul,
  sameShape,
  sqrt,
  square,
  sum,
  type Tensor,
  tracer,
  where,
} from '@unroll/tensor'
import { withGradients } from './graded.js'
import { checkNonNegative } from './option-rules.js'

export interface ClipGradAdaptiveOptions {
  /** λ: how large a gradient may be beside its weights. Default: 0.01. */
  clipFactor?: number
  /** ε: weights count as at least so large, so that those that begin at 0 can move. Default: 0.001. */
  eps?: number
}

/**
 * Adaptive gradient clipping (Brock et al. 2021, eq. 3): holds the gradient of each unit to a share of the
 * unit's weights, since that is how far a step moves them:
 *
 *     g ← λ w/‖g‖ · g   where ‖g‖ > λ w,   w = max(‖p‖, ε)
 *
 * A unit is what one output is made of: a row of a weight `[out, …]`; a bias, of one axis, is one unit. The paper
 * leaves out the last layer: hand in the parameters of the others. Gradients are replaced, not changed in place; a unit
 * whose gradient is not finite keeps it, for `Optimizer.step` to refuse.
 *
 * @throws UnrollError when λ or ε is not a number ≥ 0 or a gradient has another shape than its parameter.
 */
export function clipGradAdaptive(
  parameters: Iterable<Variable>,
  options: ClipGradAdaptiveOptions = {},
): void {
  const op = 'clipGradAdaptive'
  checkNames(op, options, { clipFactor: true, eps: true })
  const λ = checkNonNegative(op, 'clipFactor', options.clipFactor ?? 0.01)
  const ε = checkNonNegative(op, 'eps', options.eps ?? 1e-3)
  for (const p of withGradients(op, parameters)) {
    const { value, grad } = p
    if (!sameShape(grad.shape, value.shape))
      fail(op, `the gradient of a parameter ${formatShape(value.shape)} has shape ${formatShape(grad.shape)}`)
    const most = mul(maximum(unitNorms(value), ε), λ)
    const norms = unitNorms(grad.value)
    const isLarge = greater(where(isFinite(norms), norms, 0), most)
    const scale = where(isLarge, div(most, norms), 1)
    p.grad = new Variable(cast(mul(grad.value, scale), grad.dtype))
  }
}

/** The norm of each unit, `[out, 1, …]`, or of a scalar or vector as a whole. On the host in float64, where squares do not overflow; else, and in a step that is compiled, of shares of the largest. */
function unitNorms(x: Tensor): Tensor {
  const axes = x.rank < 2 ? undefined : x.shape.slice(1).map((_, i) => i + 1)
  const norms = (x: Tensor) => sqrt(sum(square(x), axes, { keepDims: true }))
  if ((!x.device && !tracer()) || x.size === 0) return norms(cast(x, 'float64'))
  const largest = max(abs(x), axes, { keepDims: true })
  return mul(largest, norms(div(x, where(greater(largest, 0), largest, 1))))
}
