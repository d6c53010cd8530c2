import { half, infinity, madd, one, splat } from '../simd'
import { powerOf2 } from './exp'

/** log x of 4 floats, within 1 ulp: −Infinity of ±0, NaN of what is below 0, denormals as exact as any. */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const denormal = f32x4.lt(x, splat(leastNormal))
  const y = v128.bitselect(f32x4.mul(x, splat(twoTo23)), x, denormal)
  const e = exponent(y)
  const result = logOf(
    f32x4.add(f32x4.convert_i32x4_s(e), v128.and(denormal, splat(minus23))),
    f32x4.sub(fraction(y, e), splat(one)),
  )
  return withLimits(result, x, splat(zero))
}

/** log (1 + x) of 4 floats, within 1 ulp; near 0 it is x itself, and of −0 it is −0. */
// @ts-ignore: decorator
@inline
export function log1p4(x: v128): v128 {
  const result = v128.bitselect(x, log1pPositive(x), f32x4.lt(f32x4.abs(x), splat(negligible)))
  return withLimits(result, x, splat(minusOne))
}

/** log (1 + x) of 4 floats, finite and above −1. */
// @ts-ignore: decorator
@inline
export function log1pPositive(x: v128): v128 {
  const sum = f32x4.add(x, splat(one))
  const e = exponent(sum)
  // What was lost when the sum was rounded, exactly. It matters while x is not large.
  const lost = f32x4.sub(x, f32x4.sub(sum, splat(one)))
  const scaled = v128.and(f32x4.mul(lost, powerOf2(i32x4.neg(e))), f32x4.lt(x, splat(twoTo23)))
  return logOf(f32x4.convert_i32x4_s(e), f32x4.add(f32x4.sub(fraction(sum, e), splat(one)), scaled))
}

/** e of x = 2ᵉ · (1 + f) with √½ ≤ 1 + f < √2: the bits from the exponent's on, had the fraction begun at √½. */
// @ts-ignore: decorator
@inline
function exponent(x: v128): v128 {
  return i32x4.shr_s(i32x4.sub(x, splat(rootHalf)), 23)
}

/** 1 + f */
// @ts-ignore: decorator
@inline
function fraction(x: v128, e: v128): v128 {
  return i32x4.sub(x, i32x4.shl(e, 23))
}

/**
 * e · ln 2 + log (1 + f), √½ ≤ 1 + f < √2 (Cody & Waite 1980): ln 2 in two parts, so that e times the first is exact, and
 * log (1 + f) = f − f²/2 + f³ · P(f), the coefficients those for which the greatest relative error, 2⁻²⁷, is least.
 */
// @ts-ignore: decorator
@inline
function logOf(e: v128, f: v128): v128 {
  let p = madd(splat(p7), f, splat(p6))
  p = madd(p, f, splat(p5))
  p = madd(p, f, splat(p4))
  p = madd(p, f, splat(p3))
  p = madd(p, f, splat(p2))
  p = madd(p, f, splat(p1))
  p = madd(p, f, splat(p0))
  const square = f32x4.mul(f, f)
  const tail = madd(f32x4.mul(square, f), p, f32x4.mul(e, splat(ln2Low)))
  const rest = f32x4.sub(tail, f32x4.mul(square, splat(half)))
  return madd(e, splat(ln2High), f32x4.add(f, rest))
}

/** A logarithm that is −Infinity where x is `pole`, NaN below it, and x itself where that is Infinity or NaN. */
// @ts-ignore: decorator
@inline
function withLimits(result: v128, x: v128, pole: v128): v128 {
  const finite = v128.bitselect(result, x, f32x4.lt(x, splat(infinity)))
  // All bits set are a NaN.
  const real = v128.or(finite, f32x4.lt(x, pole))
  return v128.bitselect(splat(minusInfinity), real, f32x4.eq(x, pole))
}

const zero = memory.data<f32>([0])
const minusOne = memory.data<f32>([-1])
const minusInfinity = memory.data<f32>([-Infinity])
const leastNormal = memory.data<f32>([1.1754943508222875e-38])
const twoTo23 = memory.data<f32>([8388608])
const minus23 = memory.data<f32>([-23])
/** 2⁻²⁵ */
const negligible = memory.data<f32>([2.9802322387695312e-8])
const rootHalf = memory.data<f32>([0.7071067811865476])
const ln2High = memory.data<f32>([0.693145751953125])
const ln2Low = memory.data<f32>([1.4286068203094173e-6])

const p0 = memory.data<f32>([0.3333333134651184])
const p1 = memory.data<f32>([-0.2500081956386566])
const p2 = memory.data<f32>([0.2000124156475067])
const p3 = memory.data<f32>([-0.166234090924263])
const p4 = memory.data<f32>([0.14201579988002777])
const p5 = memory.data<f32>([-0.13159610331058502])
const p6 = memory.data<f32>([0.12762215733528137])
const p7 = memory.data<f32>([-0.07636435329914093])
