import { half, madd, minusZero, one, splat } from '../simd'
import { exp4, timesExp4 } from './exp'

/** The error function of 4 floats, within 1 ulp: near 0, x + x · E(x²); further out, 1 − erfc |x|, with the sign of x. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const square = f32x4.mul(x, x)
  let e = madd(splat(e5), square, splat(e4))
  e = madd(e, square, splat(e3))
  e = madd(e, square, splat(e2))
  e = madd(e, square, splat(e1))
  e = madd(e, square, splat(e0))
  const near = madd(x, e, x)

  const z = f32x4.pmin(f32x4.abs(x), splat(saturation))
  const far = f32x4.sub(splat(one), f32x4.mul(scaledErfc(z), exp4(f32x4.neg(f32x4.mul(z, z)))))
  const signed = v128.or(far, v128.and(x, splat(minusZero)))
  return v128.bitselect(near, signed, f32x4.lt(f32x4.abs(x), splat(border)))
}

/**
 * x · Φ(x) of 4 floats, Φ the normal distribution function, within 5 ulp (most within 1); NaN is NaN.
 *
 * As Φ(x) = 1 − Φ(−x), it is max(x, 0) − |x| · Φ(−|x|), and Φ(−|x|) = ½ erfc (|x|/√2) = ½ e^(−x²/2) · scaledErfc (|x|/√2).
 * So that the exponential is good to its last digit, x² is a sum of two floats: the square of the first 12 bits of x,
 * which is exact, and the rest.
 */
// @ts-ignore: decorator
@inline
export function gelu4(x: v128): v128 {
  const z = f32x4.pmin(f32x4.abs(x), splat(vanishing))
  const first = v128.and(z, splat(first12Bits))
  const rest = f32x4.mul(f32x4.sub(z, first), f32x4.add(z, first))
  const share = f32x4.mul(f32x4.mul(z, splat(half)), scaledErfc(f32x4.mul(z, splat(rootHalf))))
  const exponent = f32x4.mul(f32x4.mul(first, first), splat(minusHalf))
  return f32x4.sub(f32x4.pmax(x, splat(zero)), timesExp4(share, exponent, f32x4.mul(rest, splat(minusHalf))))
}

/**
 * e^z² · erfc z for 0 ≤ z ≤ 10.4, to 2⁻²⁶ before rounding: Q(w) / (z + 3), w = (z − 3) / (z + 3). Such a fraction brings all
 * z ≥ 0 into −1 ≤ w < 1, where a polynomial does well (Shepherd & Laframboise 1981).
 */
// @ts-ignore: decorator
@inline
function scaledErfc(z: v128): v128 {
  const sum = f32x4.add(z, splat(three))
  const w = f32x4.div(f32x4.sub(z, splat(three)), sum)
  let q = madd(splat(q9), w, splat(q8))
  q = madd(q, w, splat(q7))
  q = madd(q, w, splat(q6))
  q = madd(q, w, splat(q5))
  q = madd(q, w, splat(q4))
  q = madd(q, w, splat(q3))
  q = madd(q, w, splat(q2))
  q = madd(q, w, splat(q1))
  q = madd(q, w, splat(q0))
  return f32x4.div(q, sum)
}

const zero = memory.data<f32>([0])
const three = memory.data<f32>([3])
const minusHalf = memory.data<f32>([-0.5])
const rootHalf = memory.data<f32>([0.7071067811865476])
const first12Bits = memory.data<u32>([0xfffff000])
const border = memory.data<f32>([0.9])
/** From 3.92 on erf is 1. */
const saturation = memory.data<f32>([4])
/** From here on nothing is left of |x| · Φ(−|x|). */
const vanishing = memory.data<f32>([14.5])

// All by Remez: the greatest relative error is the least.
const e0 = memory.data<f32>([0.12837915122509003])
const e1 = memory.data<f32>([-0.3761250674724579])
const e2 = memory.data<f32>([0.11281976103782654])
const e3 = memory.data<f32>([-0.02677328512072563])
const e4 = memory.data<f32>([0.005004160106182098])
const e5 = memory.data<f32>([-0.0006052461685612798])

const q0 = memory.data<f32>([1.0740069150924683])
const q1 = memory.data<f32>([-0.8833944797515869])
const q2 = memory.data<f32>([0.5902278423309326])
const q3 = memory.data<f32>([-0.31046611070632935])
const q4 = memory.data<f32>([0.11953380703926086])
const q5 = memory.data<f32>([-0.026838218793272972])
const q6 = memory.data<f32>([-0.001242506317794323])
const q7 = memory.data<f32>([0.0030716306064277887])
const q8 = memory.data<f32>([-0.0004657285171560943])
const q9 = memory.data<f32>([-0.00031246969592757523])
