import { lower, rounded, upper } from '../lanes'
import { madd, one, splat } from '../simd'
import { expm1Near0, powerOf2, remainder, shiftedMultiple } from './exp'

/** x · sigmoid(x) of 4 floats, within 2 ulp: max(x, 0) − |x| / (1 + e^|x|), as sigmoid(x) = 1 − sigmoid(−x). */
// @ts-ignore: decorator
@inline
export function silu4(x: v128): v128 {
  const z = f32x4.pmin(f32x4.abs(x), splat(vanishing))
  return f32x4.sub(f32x4.pmax(x, splat(zero)), share(z, z, splat(zero)))
}

/**
 * x · ½ (1 + tanh u), u = √(2/π) (x + 0.044715 x³), of 4 floats, within 2 ulp: it is x · sigmoid(2u), with 2u a sum of two
 * floats, so that the exponential is good to its last digit.
 */
// @ts-ignore: decorator
@inline
export function geluTanh4(x: v128): v128 {
  const z = f32x4.pmin(f32x4.abs(x), splat(vanishingForTanh))
  const a = twice(lower(z)), b = twice(upper(z))
  const y = rounded(a, b)
  const δ = rounded(f64x2.sub(a, lower(y)), f64x2.sub(b, upper(y)))
  return f32x4.sub(f32x4.pmax(x, splat(zero)), share(z, y, δ))
}

/** 2u, of float64s */
// @ts-ignore: decorator
@inline
function twice(x: v128): v128 {
  const cubic = f64x2.add(f64x2.mul(f64x2.mul(x, x), v128.load64_splat(cube)), v128.load64_splat(linear))
  return f64x2.mul(x, cubic)
}

/** x / (1 + e^(y + δ)), both sides multiplied by 2⁻⁶⁴ so that nothing overflows; 0 ≤ y ≤ 112, |δ| ≪ 1. */
// @ts-ignore: decorator
@inline
function share(x: v128, y: v128, δ: v128): v128 {
  const n = shiftedMultiple(y)
  const p = f32x4.add(splat(one), expm1Near0(f32x4.add(remainder(y, n), δ)))
  return f32x4.mul(f32x4.div(x, madd(p, powerOf2(n, tiny), splat(tiny))), splat(tiny))
}

const zero = memory.data<f32>([0])
/** From here on nothing is left of the share: of silu's, and of that of geluTanh, whose 2u is then 107. */
const vanishing = memory.data<f32>([112])
const vanishingForTanh = memory.data<f32>([10.8])
/** 2⁻⁶⁴ */
const tiny = memory.data<f32>([5.421010862427522e-20])
/** 2 √(2/π), and 0.044715 times that */
const linear = memory.data<f64>([1.5957691216057308])
const cube = memory.data<f64>([0.07135481627260026])
