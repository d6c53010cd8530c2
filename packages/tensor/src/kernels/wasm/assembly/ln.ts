/**
 * The natural logarithm of a float64 that is at least 1 (or NaN), to 10 digits: enough that rounding it to float32
 * is all that is lost, also next to 1, where it is next to 0.
 *
 * x = 2ᵉ · f with ½√2 < f ≤ √2, and log f = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …), s = (f − 1) / (f + 1), |s| < 0.172.
 */
export function ln(x: f64): f64 {
  if (!(x < Infinity)) return x
  const bits = reinterpret<i64>(x)
  let e = <i32>(bits >> 52) - 1023
  let f = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000)
  if (f > 1.4142135623730951) {
    f *= 0.5
    e++
  }
  const s = (f - 1) / (f + 1)
  const q = s * s
  const series = 1 + q * (1 / 3.0 + q * (1 / 5.0 + q * (1 / 7.0 + q * (1 / 9.0 + q * (1 / 11.0)))))
  return <f64>e * 0.6931471805599453 + 2 * s * series
}
