import type { TypedArray } from '../../dtype.js'
import type { Strided } from '../kernels.js'
import type { AdagradStep, AdamMoments, AdamStep, RmspropMoments, RmspropStep, SgdStep } from '../training.js'
import { eachRow } from './rows.js'

/**
 * g ← g + λ p
 * v ← μ v + (1 − τ) g
 * p ← p − lr · v        (Nesterov: p − lr · (g + μ v); without v: p − lr · g)
 */
export function sgd(p: Strided, g: Strided, v: Strided | undefined, options: () => SgdStep): void {
  const { lr, momentum: μ, dampening: τ, nesterov, weightDecay: λ } = options()
  eachElement([p, g, v], ([P, G, V], [i, j, k]) => {
    const gradient = G[j] + λ * P[i]
    let step = gradient
    if (V) {
      V[k] = step = μ * V[k] + (1 - τ) * gradient
      if (nesterov) step = gradient + μ * step
    }
    P[i] -= lr * step
  })
}

/**
 * g ← g + λ p                          (decoupled: p ← p (1 − lr · λ))
 * m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 * p ← p − lr · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ), v the largest so far if that is kept
 *
 * (Kingma & Ba 2015, algorithm 1; Reddi et al. 2018 for the largest.)
 */
export function adam(p: Strided, g: Strided, moments: AdamMoments, options: () => AdamStep): void {
  const now = options()
  const {
    betas: [β1, β2],
    eps,
  } = now
  const { penalty, keep, stepSize, correction } = adamFactors(now)
  const { m, v, largest } = moments
  eachElement([p, g, m, v, largest], ([P, G, M, V, L], [i, j, k, l, n]) => {
    const gradient = G[j] + penalty * P[i]
    const mean = β1 * M[k] + (1 - β1) * gradient
    let square = β2 * V[l] + (1 - β2) * gradient * gradient
    M[k] = mean
    V[l] = square
    if (L) L[n] = square = Math.max(L[n], square)
    P[i] = keep * P[i] - (stepSize * mean) / (Math.sqrt(square) * correction + eps)
  })
}

/** What is the same for all parameters of a step. */
export function adamFactors({ lr, betas: [β1, β2], weightDecay, decoupled, step }: AdamStep) {
  return {
    penalty: decoupled ? 0 : weightDecay,
    keep: decoupled ? 1 - lr * weightDecay : 1,
    stepSize: lr / (1 - β1 ** step),
    correction: 1 / Math.sqrt(1 - β2 ** step),
  }
}

/**
 * g ← g + λ p
 * v ← α v + (1 − α) g²
 * s = √v + ε                (with m: √(v − m²) + ε, m ← α m + (1 − α) g)
 * b ← μ b + g / s
 * p ← p − lr · b            (without b: p − lr · g / s)
 *
 * (Tieleman & Hinton 2012, lecture 6.5; Graves 2013, equations 38 to 41, for m.)
 */
export function rmsprop(
  p: Strided,
  g: Strided,
  { v, m, b }: RmspropMoments,
  options: () => RmspropStep,
): void {
  const { lr, alpha: α, eps, weightDecay: λ, momentum: μ } = options()
  eachElement([p, g, v, m, b], ([P, G, V, M, B], [i, j, k, l, n]) => {
    const gradient = G[j] + λ * P[i]
    const square = α * V[k] + (1 - α) * gradient * gradient
    V[k] = square
    let variance = square
    if (M) {
      const mean = α * M[l] + (1 - α) * gradient
      M[l] = mean
      // v ≥ m², but for rounding, which must not make the root of a negative number.
      variance = Math.max(square - mean * mean, 0)
    }
    let step = gradient / (Math.sqrt(variance) + eps)
    if (B) B[n] = step = μ * B[n] + step
    P[i] -= lr * step
  })
}

/**
 * g ← g + λ p
 * s ← s + g²
 * p ← p − lr / (1 + (t − 1) η) · g / (√s + ε)
 *
 * (Duchi, Hazan & Singer 2011, with the diagonal of the matrix.)
 */
export function adagrad(p: Strided, g: Strided, s: Strided, options: () => AdagradStep): void {
  const now = options()
  const { eps, weightDecay: λ } = now
  const rate = adagradRate(now)
  eachElement([p, g, s], ([P, G, S], [i, j, k]) => {
    const gradient = G[j] + λ * P[i]
    const square = S[k] + gradient * gradient
    S[k] = square
    P[i] -= (rate * gradient) / (Math.sqrt(square) + eps)
  })
}

export function adagradRate({ lr, lrDecay: η, step }: AdagradStep): number {
  return lr / (1 + (step - 1) * η)
}

export function sumOfSquares(x: Strided): Float64Array {
  const { data } = x.storage
  let total = 0
  eachRow(x.shape, [x], (_, length, [at], [step]) => {
    for (let i = 0; i < length; i++) total += data[at + i * step] ** 2
  })
  return Float64Array.of(total)
}

/**
 * Visits the elements of operands of one shape together: their data, and where in it they stand. Operands
 * can be left out, but for the first; there are no data of theirs then.
 */
function eachElement<const Operands extends readonly [Strided, ...(Strided | undefined)[]]>(
  operands: Operands,
  visit: (data: DataOf<Operands>, at: readonly number[]) => void,
): void {
  const [first] = operands
  const data = operands.map((x) => x?.storage.data) as DataOf<Operands>
  const walked = operands.map((x) => x ?? first)
  eachRow(first.shape, walked, (_, length, offsets, steps) => {
    const at = [...offsets]
    for (let i = 0; i < length; i++) {
      visit(data, at)
      for (let k = 0; k < at.length; k++) at[k] += steps[k]
    }
  })
}

type DataOf<Operands> = { readonly [K in keyof Operands]: TypedArray | Extract<Operands[K], undefined> }
