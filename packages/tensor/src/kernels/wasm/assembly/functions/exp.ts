import { madd, one, splat } from '../simd'

/**
 * eˣ of 4 floats, within 1 ulp: overflows to Infinity, underflows by way of the denormals to 0; NaN is NaN.
 *
 * x = n · ln 2 + r with n the nearest integer, so that |r| ≤ ½ ln 2 and eˣ = 2ⁿ · eʳ (Cody & Waite 1980).
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  const y = clamp4(x, underflow, overflow)
  const n = shiftedMultiple(y)
  return timesPowerOf2(f32x4.add(splat(one), expm1Near0(remainder(y, n))), n)
}

/** a · e^(x + δ) of 4 floats, −112 ≤ x ≤ 89 (or NaN), |δ| < 0.1: for arguments that one float cannot hold. */
// @ts-ignore: decorator
@inline
export function timesExp4(a: v128, x: v128, δ: v128): v128 {
  const n = shiftedMultiple(f32x4.add(x, δ))
  const p = f32x4.add(splat(one), expm1Near0(f32x4.add(remainder(x, n), δ)))
  return timesPowerOf2(f32x4.mul(a, p), n)
}

/** Where eˣ is Infinity already, and where it is 0. */
export const overflow = memory.data<f32>([89])
export const underflow = memory.data<f32>([-104])

/** x held within what stands at low … high; NaN stays NaN. */
// @ts-ignore: decorator
@inline
export function clamp4(x: v128, low: usize, high: usize): v128 {
  return f32x4.pmax(f32x4.pmin(x, splat(high)), splat(low))
}

/**
 * 1.5 · 2²³ + n, where n is x / ln 2 to the nearest integer: the sum is too large to have bits for a fraction.
 * Its lowest bits are n as an integer; what stands above them does not reach into `powerOf2`.
 */
// @ts-ignore: decorator
@inline
export function shiftedMultiple(x: v128): v128 {
  return madd(x, splat(log2e), splat(shift))
}

/** r = x − n · ln 2, with ln 2 in two parts: n times the first, of 16 bits, is exact. */
// @ts-ignore: decorator
@inline
export function remainder(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, splat(shift))
  return madd(n, splat(minusLn2Low), madd(n, splat(minusLn2High), x))
}

const shift = memory.data<f32>([12582912])
const log2e = memory.data<f32>([1.4426950408889634])
const minusLn2High = memory.data<f32>([-0.693145751953125])
const minusLn2Low = memory.data<f32>([-1.4286068203094173e-6])

/** 2ⁿ, or what stands at `from` times 2ⁿ, of integers n, their lowest 9 bits: n is added to the exponent. */
// @ts-ignore: decorator
@inline
export function powerOf2(n: v128, from: usize = one): v128 {
  return i32x4.add(i32x4.shl(n, 23), splat(from))
}

/** x · 2ⁿ, in two steps of half of n each: 2ⁿ may be no float itself where the product is one. */
// @ts-ignore: decorator
@inline
function timesPowerOf2(x: v128, n: v128): v128 {
  const half = i32x4.shr_s(n, 1)
  return f32x4.mul(f32x4.mul(x, powerOf2(half)), powerOf2(i32x4.sub(n, half)))
}

/**
 * eʳ − 1 for |r| ≤ ½ ln 2, exact to 2⁻²⁶ of itself before rounding: r + r² · P(r), the coefficients those for which
 * the greatest relative error is least (Remez), each rounded to float32 before the next was found.
 */
// @ts-ignore: decorator
@inline
export function expm1Near0(r: v128): v128 {
  let p = madd(splat(p4), r, splat(p3))
  p = madd(p, r, splat(p2))
  p = madd(p, r, splat(p1))
  p = madd(p, r, splat(p0))
  return madd(f32x4.mul(r, r), p, r)
}

const p0 = memory.data<f32>([0.4999999701976776])
const p1 = memory.data<f32>([0.1666654646396637])
const p2 = memory.data<f32>([0.04166743531823158])
const p3 = memory.data<f32>([0.00836626160889864])
const p4 = memory.data<f32>([0.0013870657421648502])
