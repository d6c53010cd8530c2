import { madd, one, splat } from '../simd'
import { clamp4, expm1Near0, powerOf2, remainder, shiftedMultiple, underflow } from './exp'

/**
 * 1 / (1 + e⁻ˣ) of 4 floats, within 2 ulp, also where it is a denormal; NaN is NaN.
 *
 * Both sides of the fraction are multiplied by 2⁻⁶⁴, so that e⁻ˣ does not overflow where the result is not yet 0.
 */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128): v128 {
  const y = f32x4.neg(clamp4(x, underflow, saturation))
  const n = shiftedMultiple(y)
  const p = f32x4.add(splat(one), expm1Near0(remainder(y, n)))
  return f32x4.div(splat(tiny), madd(p, powerOf2(n, tiny), splat(tiny)))
}

/** Far beyond where the result is 1. */
const saturation = memory.data<f32>([40])
/** 2⁻⁶⁴ */
const tiny = memory.data<f32>([5.421010862427522e-20])
