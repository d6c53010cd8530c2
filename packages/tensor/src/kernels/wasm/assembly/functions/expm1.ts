import { half, madd, splat } from '../simd'
import { clamp4, expm1Near0, overflow, powerOf2, remainder, shiftedMultiple } from './exp'

/**
 * eˣ − 1 of 4 floats, within 2 ulp; near 0 it is x itself, and of −0 it is −0.
 *
 * As eˣ = 2ⁿ · eʳ, it is 2 (2ⁿ⁻¹ (eʳ − 1) + (2ⁿ⁻¹ − ½)); with n − 1 in place of n, nothing overflows too early.
 */
// @ts-ignore: decorator
@inline
export function expm14(x: v128): v128 {
  const y = clamp4(x, saturation, overflow)
  const n = shiftedMultiple(y)
  const power = powerOf2(n, half)
  const halved = madd(power, expm1Near0(remainder(y, n)), f32x4.sub(power, splat(half)))
  return v128.bitselect(x, f32x4.add(halved, halved), f32x4.lt(f32x4.abs(x), splat(negligible)))
}

/** Far beyond where the result is −1. */
const saturation = memory.data<f32>([-40])
/** 2⁻²⁵ */
const negligible = memory.data<f32>([2.9802322387695312e-8])
