import { lower, rounded, upper } from '../lanes'
import { madd, one, splat } from '../simd'

/** sin x of 4 floats, within 2 ulp while |x| < 2²⁰ (`tooLarge`). */
// @ts-ignore: decorator
@inline
export function sin4(x: v128): v128 {
  return quarterTurned(x, i32x4.splat(0))
}

/** cos x of 4 floats, within 2 ulp while |x| < 2²⁰ (`tooLarge`). */
// @ts-ignore: decorator
@inline
export function cos4(x: v128): v128 {
  return quarterTurned(x, i32x4.splat(1))
}

/** Whether one of 4 floats is finite, and so large that π/2 would have to be known to more digits. */
// @ts-ignore: decorator
@inline
export function tooLarge(x: v128): bool {
  return v128.any_true(f32x4.ge(f32x4.abs(x), splat(limit)))
}

/**
 * sin (x + quarters · π/2).
 *
 * x = n · π/2 + r, n the nearest integer (Cody & Waite 1980), in float64: near a zero of the sine, r has its leading digits
 * from far behind those of x. Then it is ±sin r or ±cos r, as n is even or odd.
 */
// @ts-ignore: decorator
@inline
function quarterTurned(x: v128, quarters: v128): v128 {
  const a = lower(x), b = upper(x)
  const shiftedA = shiftedMultiple(a), shiftedB = shiftedMultiple(b)
  const r = rounded(remainder(a, shiftedA), remainder(b, shiftedB))
  // n, the lowest bits of the sums
  const n = i32x4.add(v128.shuffle<i32>(shiftedA, shiftedB, 0, 2, 4, 6), quarters)
  const z = f32x4.mul(r, r)
  // A product, and not a sum, at the end: −0 stays −0.
  const sine = f32x4.mul(r, madd(z, madd(madd(splat(s2), z, splat(s1)), z, splat(s0)), splat(one)))
  const cosine = madd(z, madd(z, madd(madd(splat(c2), z, splat(c1)), z, splat(c0)), splat(minusHalf)), splat(one))
  const odd = i32x4.shr_s(i32x4.shl(n, 31), 31)
  const sign = i32x4.shl(i32x4.shr_u(n, 1), 31)
  return v128.xor(v128.bitselect(cosine, sine, odd), sign)
}

/** 1.5 · 2⁵² + n, where n is x · 2/π to the nearest integer: the sum is too large to have bits for a fraction. */
// @ts-ignore: decorator
@inline
function shiftedMultiple(x: v128): v128 {
  return f64x2.add(f64x2.mul(x, v128.load64_splat(twoOverPi)), v128.load64_splat(shift))
}

/** x − n · π/2, with π/2 in two parts: n times the first, of 33 bits, is exact. */
// @ts-ignore: decorator
@inline
function remainder(x: v128, shifted: v128): v128 {
  const n = f64x2.sub(shifted, v128.load64_splat(shift))
  const high = f64x2.sub(x, f64x2.mul(n, v128.load64_splat(halfPiHigh)))
  return f64x2.sub(high, f64x2.mul(n, v128.load64_splat(halfPiLow)))
}

const shift = memory.data<f64>([6755399441055744])
const twoOverPi = memory.data<f64>([0.6366197723675814])
const halfPiHigh = memory.data<f64>([1.5707963267341256])
const halfPiLow = memory.data<f64>([6.077100506506192e-11])

/** 2²⁰ */
const limit = memory.data<f32>([1048576])
const minusHalf = memory.data<f32>([-0.5])

// sin r = r + r³ · S(r²) and cos r = 1 − r²/2 + r⁴ · C(r²) for |r| ≤ π/4, to 2⁻²⁷ and 2⁻³³ (Remez).
const s0 = memory.data<f32>([-0.16666655242443085])
const s1 = memory.data<f32>([0.008332189172506332])
const s2 = memory.data<f32>([-0.00019518285989761353])
const c0 = memory.data<f32>([0.04166664555668831])
const c1 = memory.data<f32>([-0.0013887309469282627])
const c2 = memory.data<f32>([2.4432327336398885e-05])
