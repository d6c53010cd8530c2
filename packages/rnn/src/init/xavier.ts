import { fail, formatShape, type Shape } from '@unroll/tensor'
import type { Initializer } from './initializer.js'

/** Uniform within ±gain · √(6 / (fanIn + fanOut)), for matrices (Glorot & Bengio 2010, eq. 16). */
export function xavierUniform(gain = 1): Initializer {
  return (shape, rng, dtype) => {
    const bound = gain * Math.sqrt(6 / fanSum(shape))
    return rng.uniform(shape, -bound, bound, { dtype })
  }
}

/** Normal with standard deviation gain · √(2 / (fanIn + fanOut)), for matrices (ibid., eq. 12). */
export function xavierNormal(gain = 1): Initializer {
  return (shape, rng, dtype) => rng.normal(shape, 0, gain * Math.sqrt(2 / fanSum(shape)), { dtype })
}

function fanSum(shape: Shape): number {
  if (shape.length !== 2)
    fail('xavier', `wants the shape of a matrix, [fanOut, fanIn], got ${formatShape(shape)}`)
  return shape[0] + shape[1]
}
