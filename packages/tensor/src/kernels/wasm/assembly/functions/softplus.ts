import { minusZero, splat } from '../simd'
import { exp4 } from './exp'
import { log1pPositive } from './log'

/** log (1 + eˣ) of 4 floats, within 2 ulp: max(x, 0) + log (1 + e^−|x|), so that nothing overflows; NaN is NaN. */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, splat(zero)), log1pPositive(exp4(v128.or(x, splat(minusZero)))))
}

const zero = memory.data<f32>([0])
