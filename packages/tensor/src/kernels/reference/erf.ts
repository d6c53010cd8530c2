/**
 * The error function, erf x = 2/√π ∫₀ˣ e^−t² dt, to within a few units of float64's last place.
 *
 * Near zero, the series 2/√π · e^−x² · Σ 2ⁿ x²ⁿ⁺¹ / (1·3·…·(2n+1)), all of whose terms are positive
 * (Abramowitz & Stegun 1964, 7.1.6). Further out, 1 − erfc x by the continued fraction of erfc
 * (7.1.14), evaluated from its tail.
 */
export function erf(x: number): number {
  const z = Math.abs(x)
  if (!(z < 6)) return Number.isNaN(x) ? x : Math.sign(x)
  const y = z < 2.5 ? series(z) : 1 - tail(z)
  return x < 0 ? -y : y
}

/** 1 − erf x, to 12 digits for x > 0 even where it is tiny: there, the difference from 1 would be 0. */
export function erfc(x: number): number {
  return x < 2.5 ? 1 - erf(x) : tail(x)
}

function series(x: number): number {
  let term = x
  let sum = x
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/** erfc x for x ≥ 2.5: √π e^x² erfc x = 1/(x + ½/(x + 1/(x + 3⁄2/(x + 2/(x + …))))) */
function tail(x: number): number {
  let fraction = x
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction)
}
