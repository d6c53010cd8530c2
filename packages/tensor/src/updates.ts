import { fail } from './errors.js'
import { kernelsOf, kernelsToChange } from './kernels/active.js'
import type { Kernels } from './kernels/kernels.js'
import type { AdagradStep, AdamStep, RmspropStep, SgdStep } from './kernels/training.js'
import { cast } from './ops/define.js'
import { formatShape, sameShape } from './shape.js'
import { sharesMemory } from './storage.js'
import { Tensor } from './tensor.js'

/*
 * What optimisers do to parameters: in place, and in one pass over the parameter, its gradient and
 * what is remembered of it.
 */

/** The options of a step; or how to get at them, for a step that is traced and replayed and asks again in each replay. */
export type StepOptions<Options> = Options | (() => Options)

/**
 * One step of stochastic gradient descent along `gradient`: changes p, and the momentum v if there is one.
 *
 *     g ← g + λ p
 *     v ← μ v + (1 − τ) g   (τ is to be 0 at the first step, when v is 0)
 *     p ← p − lr · v        (Nesterov: p − lr · (g + μ v); without v: p − lr · g)
 *
 * @throws UnrollError when shapes differ, v is of another dtype, or elements of p or v share their place.
 */
export function sgdStep(
  p: Tensor,
  gradient: Tensor,
  v: Tensor | undefined,
  options: StepOptions<SgdStep>,
): void {
  update('sgdStep', gradient, [p, v], (k, g) => k.sgd(p, g, v, asked(options)))
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
  options: StepOptions<AdamStep>,
): void {
  const { m, v, largest } = moments
  update('adamStep', gradient, [p, m, v, largest], (k, g) => k.adam(p, g, moments, asked(options)))
}

/**
 * One step of RMSprop along `gradient`: changes p, the mean square v, and if there are any the mean m, by which
 * it is centered, and the momentum b.
 *
 *     g ← g + λ p
 *     v ← α v + (1 − α) g²
 *     s = √v + ε            (with m: √(v − m²) + ε, m ← α m + (1 − α) g)
 *     b ← μ b + g / s
 *     p ← p − lr · b        (without b: p − lr · g / s)
 *
 * @throws UnrollError when shapes differ, a moment is of another dtype, or elements of a target share their place.
 */
export function rmspropStep(
  p: Tensor,
  gradient: Tensor,
  moments: { readonly v: Tensor; readonly m?: Tensor; readonly b?: Tensor },
  options: StepOptions<RmspropStep>,
): void {
  const { v, m, b } = moments
  update('rmspropStep', gradient, [p, v, m, b], (k, g) => k.rmsprop(p, g, moments, asked(options)))
}

/**
 * One step of Adagrad along `gradient`: changes p, and the sum of squares s.
 *
 *     g ← g + λ p
 *     s ← s + g²
 *     p ← p − lr / (1 + (t − 1) η) · g / (√s + ε)
 *
 * @throws UnrollError when shapes differ, s is of another dtype, or elements of p or s share their place.
 */
export function adagradStep(p: Tensor, gradient: Tensor, s: Tensor, options: StepOptions<AdagradStep>): void {
  update('adagradStep', gradient, [p, s], (k, g) => k.adagrad(p, g, s, asked(options)))
}

/** Σ x², a scalar of float64 whatever the dtype of x: it does not overflow, nor lose small values among many. Float32 on a GPU. */
export function sumOfSquares(x: Tensor): Tensor {
  return Tensor.from(kernelsOf('sumOfSquares', x.dtype, x).sumOfSquares(x), [])
}

function asked<Options extends object>(options: StepOptions<Options>): () => Options {
  return typeof options === 'function' ? options : () => options
}

/** Changes targets, the parameter first, by a kernel that is handed the gradient as it wants it. */
function update(
  op: string,
  gradient: Tensor,
  targets: readonly [Tensor, ...(Tensor | undefined)[]],
  step: (kernels: Kernels, g: Tensor) => void,
): void {
  const present = targets.filter((x) => x !== undefined)
  const g = prepare(op, gradient, present)
  const kernels = kernelsToChange(op, targets[0].dtype, present, g)
  for (const { storage } of present) storage.changes()
  step(kernels, g)
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
  return targets.some((x) => sharesMemory(x.storage, g.storage))
    ? Tensor.from(kernelsOf(op, dtype, g).copy(g, dtype), shape)
    : g
}
