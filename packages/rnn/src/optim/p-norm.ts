import {
  abs,
  add,
  cast,
  div,
  greater,
  max,
  mul,
  pow,
  sqrt,
  stack,
  sum,
  sumOfSquares,
  Tensor,
  where,
} from '@unroll/tensor'
import { joined } from './joined.js'

/**
 * The p-norm over all elements of all gradients, (Σ |g|ᵖ)^(1/p); for p = ∞ the largest |g|. A scalar: on the host of float64,
 * where it is known at once; on a device of float32.
 */
export function pNorm(gradients: readonly Tensor[], p: number): Tensor {
  const some = gradients.filter((g) => g.size > 0)
  return some.some(({ device }) => device)
    ? normOnDevice(some, p)
    : Tensor.from(Float64Array.of(normOnHost(some, p)), [])
}

function normOnHost(gradients: readonly Tensor[], p: number): number {
  if (p === 2) return Math.sqrt(gradients.reduce((total, g) => total + sumOfSquares(g).item(), 0))
  const largest = Math.max(0, ...gradients.map((g) => max(abs(g)).item()))
  if (p === Number.POSITIVE_INFINITY || largest === 0 || !Number.isFinite(largest)) return largest
  // As shares of the largest, so that no power overflows.
  const share = (g: Tensor) => div(abs(cast(g, 'float64')), largest)
  return largest * gradients.reduce((total, g) => total + sum(pow(share(g), p)).item(), 0) ** (1 / p)
}

/** In float32, squares overflow from 2e19 on: all powers are of shares of the largest. */
function normOnDevice(gradients: readonly Tensor[], p: number): Tensor {
  const vectors = joined(gradients)
  const largest = max(stack(vectors.map((g) => max(abs(g)))))
  if (p === Number.POSITIVE_INFINITY) return largest
  const one = where(greater(largest, 0), largest, 1)
  const power = (g: Tensor) => (p === 2 ? sumOfSquares(g) : sum(pow(abs(g), p)))
  const total = vectors.map((g) => power(div(g, one))).reduce(add)
  return mul(largest, p === 2 ? sqrt(total) : pow(total, 1 / p))
}
