import type { TypedArray } from '@unroll/tensor'
import { logAdd, logAdd3 } from './ctc-log-add.js'

/**
 * log p(l | x) of one sequence, by the forward and backward variables of Graves et al. 2006, section 4.1.
 *
 * Of the labels l, with a blank before, between and behind them, l′ is made, of S = 2 |l| + 1. A path is at place s of
 * l′ at time t; it stays, or goes on by one, or by two, over a blank, where that does not part equal labels:
 *
 *     α_t(s) = y_t(l′_s) · (α_{t−1}(s) + α_{t−1}(s − 1) + [l′_s ≠ b, l′_{s−2}] α_{t−1}(s − 2))                 (6), (7)
 *     p(l | x) = α_T(S − 1) + α_T(S − 2)                                                                      (8)
 *     β_t(s) = Σ over the same moves, from s to s′, of y_{t+1}(l′_s′) · β_{t+1}(s′),   β_T(S − 1) = β_T(S − 2) = 1
 *
 * (The paper's β has the factor y_t(l′_s) as well, and then takes it out again in (14).) All paths through s at t have
 * together α_t(s) β_t(s), so that
 *
 *     ∂ log p / ∂ log y_t(k) = Σ_{s : l′_s = k} α_t(s) β_t(s) / p(l | x) = p(π_t = k | l, x)                  (15)
 *
 * All is kept as logarithms. Left out are the places that cannot be reached by t, and those from which the end cannot.
 *
 * @param logY `[T, C]`
 * @param gradient `[T, C]` zeros, if it is wanted: there −∂ log p / ∂ log y comes to stand
 */
export function forwardBackward(
  logY: TypedArray,
  C: number,
  labels: Int32Array,
  blank: number,
  gradient: TypedArray | undefined,
): number {
  const T = logY.length / C
  const S = 2 * labels.length + 1
  const classes = Int32Array.from({ length: S }, (_, s) => (s % 2 ? labels[(s - 1) / 2] : blank))
  /** May one come to s by two? (For a blank, by the same rule: two places back is a blank as well.) */
  const skips = Uint8Array.from(classes, (k, s) => +(s >= 2 && k !== classes[s - 2]))
  /** At time t, the places that count are from `first(t)` up to `last(t)`. */
  const first = (t: number) => Math.max(0, S - 2 * (T - t))
  const last = (t: number) => Math.min(S - 1, 2 * t + 1)

  // Two places of −∞ before the first save asking for them. Without a gradient, two rows are enough, taken in turns.
  const width = S + 2
  const alpha = new Float64Array((gradient ? T : Math.min(T, 2)) * width).fill(-Infinity)
  const rowAt = (t: number) => (gradient ? t : t % 2) * width + 2
  for (let s = first(0); s <= last(0); s++) alpha[rowAt(0) + s] = logY[classes[s]]
  for (let t = 1; t < T; t++) {
    const row = rowAt(t)
    const former = rowAt(t - 1)
    if (!gradient) alpha.fill(-Infinity, row, row + S)
    for (let s = first(t), end = last(t); s <= end; s++) {
      const at = former + s
      alpha[row + s] =
        (skips[s] ? logAdd3(alpha[at], alpha[at - 1], alpha[at - 2]) : logAdd(alpha[at], alpha[at - 1])) +
        logY[t * C + classes[s]]
    }
  }
  const end = rowAt(T - 1) + S - 1
  const logP = logAdd(alpha[end], alpha[end - 1])
  if (!gradient || logP === -Infinity) return logP

  // And two behind the last.
  const beta = new Float64Array(S + 2).fill(-Infinity)
  beta.fill(0, Math.max(0, S - 2), S)
  for (let t = T - 1; t >= 0; t--) {
    for (let s = first(t), end = last(t); s <= end; s++)
      gradient[t * C + classes[s]] -= Math.exp(alpha[rowAt(t) + s] + beta[s] - logP)
    // Now to β at t − 1: by the moves into t, from the places that can be reached by then.
    for (let s = first(t), end = last(t); s <= end; s++) beta[s] += logY[t * C + classes[s]]
    for (let s = Math.max(0, first(t) - 2), end = last(t - 1); s <= end; s++)
      beta[s] = skips[s + 2] ? logAdd3(beta[s], beta[s + 1], beta[s + 2]) : logAdd(beta[s], beta[s + 1])
  }
  return logP
}
