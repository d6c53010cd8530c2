/** log(eᵃ + eᵇ), without overflow; −∞ is the logarithm of 0. */
export function logAdd(a: number, b: number): number {
  const high = a < b ? b : a
  const low = a < b ? a : b
  return high === -Infinity ? high : high + Math.log(1 + Math.exp(low - high))
}

/** log(eᵃ + eᵇ + eᶜ) */
export function logAdd3(a: number, b: number, c: number): number {
  const higher = a < b ? b : a
  const low = a < b ? a : b
  const high = higher < c ? c : higher
  const middle = higher < c ? higher : c
  return high === -Infinity ? high : high + Math.log(1 + Math.exp(middle - high) + Math.exp(low - high))
}
