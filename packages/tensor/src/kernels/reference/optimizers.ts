import type { Strided } from '../kernels.js'
import type { AdamMoments, AdamStep, SgdStep } from '../training.js'
import { eachRow } from './rows.js'

/**
 * g ← g + λ p
 * v ← μ v + g
 * p ← p − lr · v        (Nesterov: p − lr · (g + μ v); without v: p − lr · g)
 */
export function sgd(p: Strided, g: Strided, v: Strided | undefined, options: SgdStep): void {
  const { lr, momentum: μ, nesterov, weightDecay: λ } = options
  eachElement([p, g, ...(v ? [v] : [])], ([P, G, V], [i, j, k]) => {
    const gradient = G[j] + λ * P[i]
    let step = gradient
    if (V) {
      V[k] = step = μ * V[k] + gradient
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
export function adam(p: Strided, g: Strided, moments: AdamMoments, options: AdamStep): void {
  const [β1, β2] = options.betas
  const { penalty, keep, stepSize, correction } = adamFactors(options)
  const { m, v, largest } = moments
  eachElement([p, g, m, v, ...(largest ? [largest] : [])], ([P, G, M, V, L], [i, j, k, l, n]) => {
    const gradient = G[j] + penalty * P[i]
    const mean = β1 * M[k] + (1 - β1) * gradient
    let square = β2 * V[l] + (1 - β2) * gradient * gradient
    M[k] = mean
    V[l] = square
    if (L) L[n] = square = Math.max(L[n], square)
    P[i] = keep * P[i] - (stepSize * mean) / (Math.sqrt(square) * correction + options.eps)
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

export function sumOfSquares(x: Strided): number {
  const { data } = x.storage
  let total = 0
  eachRow(x.shape, [x], (_, length, [at], [step]) => {
    for (let i = 0; i < length; i++) total += data[at + i * step] ** 2
  })
  return total
}

/** Visits the elements of operands of one shape together: their data, and where in it they stand. */
function eachElement(
  operands: readonly Strided[],
  visit: (data: readonly Strided['storage']['data'][], at: readonly number[]) => void,
): void {
  const data = operands.map((x) => x.storage.data)
  eachRow(operands[0].shape, operands, (_, length, offsets, steps) => {
    const at = [...offsets]
    for (let i = 0; i < length; i++) {
      visit(data, at)
      for (let k = 0; k < at.length; k++) at[k] += steps[k]
    }
  })
}
