import { fail } from './errors.js'
import { kernelsFor } from './kernels/active.js'
import type { AdamStep, SgdStep } from './kernels/training.js'
import { cast } from './ops/define.js'
import { formatShape, sameShape } from './shape.js'
import { Tensor } from './tensor.js'

/*
 * What optimisers do to parameters: in place, and in one pass over the parameter, its gradient and
 * what is remembered of it.
 */

/**
 * One step of stochastic gradient descent along `gradient`: changes p, and the momentum v if there is one.
 *
 *     g ← g + λ p
 *     v ← μ v + g
 *     p ← p − lr · v        (Nesterov: p − lr · (g + μ v); without v: p − lr · g)
 *
 * @throws UnrollError when shapes differ, v is of another dtype, or elements of p or v share their place.
 */
export function sgdStep(p: Tensor, gradient: Tensor, v: Tensor | undefined, options: SgdStep): void {
  const targets = v ? [p, v] : [p]
  const g = prepare('sgdStep', gradient, targets)
  kernelsFor(p.dtype).sgd(p, g, v, options)
  for (const { storage } of targets) storage.version++
}

/**
 * One step of Adam along `gradient`: changes p, and the moments m, v and (with amsgrad) the largest v so far.
 *
 *     g ← g + λ p                         (decoupled: p ← p (1 − lr · λ))
 *     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *     p ← p − lr · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 *
 * @throws UnrollError when shapes differ, a moment is of another dtype, or elements of a target share their place.
 */
export function adamStep(
  p: Tensor,
  gradient: Tensor,
  moments: { readonly m: Tensor; readonly v: Tensor; readonly largest?: Tensor },
  options: AdamStep,
): void {
  const { m, v, largest } = moments
  const targets = largest ? [p, m, v, largest] : [p, m, v]
  const g = prepare('adamStep', gradient, targets)
  kernelsFor(p.dtype).adam(p, g, moments, options)
  for (const { storage } of targets) storage.version++
}

/** Σ x², in float64 whatever the dtype of x: it does not overflow, nor lose small values among many. */
export function sumOfSquares(x: Tensor): number {
  return kernelsFor(x.dtype).sumOfSquares(x)
}

/** The gradient, of the dtype of the targets and apart from them in memory. */
function prepare(op: string, gradient: Tensor, targets: readonly Tensor[]): Tensor {
  const [{ dtype, shape }] = targets
  for (const x of [gradient, ...targets])
    if (!sameShape(x.shape, shape))
      fail(
        op,
        `everything must have the shape ${formatShape(shape)} of the parameter, got ${formatShape(x.shape)}`,
      )
  for (const x of targets) {
    if (x.dtype !== dtype)
      fail(op, `everything must have the dtype ${dtype} of the parameter, got ${x.dtype}`)
    x.checkApart(op)
  }
  const g = cast(gradient, dtype)
  // A gradient in the memory of a target might be overwritten before it is read.
  return targets.some((x) => x.storage.data.buffer === g.storage.data.buffer)
    ? Tensor.from(kernelsFor(dtype).copy(g, dtype), shape)
    : g
}
