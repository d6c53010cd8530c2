import { abs, cast, div, max, pow, sum, sumOfSquares, type Tensor } from '@unroll/tensor'

/** The p-norm over all elements of all gradients, (Σ |g|ᵖ)^(1/p); for p = ∞ the largest |g|. In float64. */
export function pNorm(gradients: readonly Tensor[], p: number): number {
  if (p === 2) return Math.sqrt(gradients.reduce((total, g) => total + sumOfSquares(g), 0))
  const some = gradients.filter((g) => g.size > 0)
  const largest = Math.max(0, ...some.map((g) => max(abs(g)).item()))
  if (p === Number.POSITIVE_INFINITY || largest === 0 || !Number.isFinite(largest)) return largest
  // As shares of the largest, so that no power overflows.
  const share = (g: Tensor) => div(abs(cast(g, 'float64')), largest)
  return largest * some.reduce((total, g) => total + sum(pow(share(g), p)).item(), 0) ** (1 / p)
}
