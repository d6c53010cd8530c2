import { madd, minusZero, one, splat } from '../simd'
import { expm1Near0, powerOf2, remainder, shiftedMultiple } from './exp'

/**
 * tanh x of 4 floats, within 2 ulp; near 0 it is x itself, to the last denormal, and of −0 it is −0; NaN is NaN.
 *
 * tanh |x| = −d / (2 + d) with d = e^−2|x| − 1. As e^−2|x| = 2ⁿ · eʳ, d = 2ⁿ (eʳ − 1) + (2ⁿ − 1): near 0, where n = 0,
 * that is eʳ − 1, which keeps all its digits, so that there is one formula for all x.
 */
// @ts-ignore: decorator
@inline
export function tanh4(x: v128): v128 {
  const y = f32x4.mul(f32x4.pmin(f32x4.abs(x), splat(saturation)), splat(minusTwo))
  const n = shiftedMultiple(y)
  const power = powerOf2(n)
  const d = madd(power, expm1Near0(remainder(y, n)), f32x4.sub(power, splat(one)))
  const result = f32x4.div(f32x4.abs(d), f32x4.add(d, splat(two)))
  return v128.or(result, v128.and(x, splat(minusZero)))
}

/** From 9.02 on the result is 1. */
const saturation = memory.data<f32>([10])
const two = memory.data<f32>([2])
const minusTwo = memory.data<f32>([-2])
