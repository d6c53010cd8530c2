/** a · b + c in each lane: rounded once where the engine has the instruction (and this was built for it), else twice. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(f32x4.mul(a, b), c)
}

/**
 * The number that `memory.data` put at this place, in each lane. A vector made of a literal is put together anew at
 * each use, which takes engines several steps; to load it takes one, and `exp` half the time.
 */
// @ts-ignore: decorator
@inline
export function splat(at: usize): v128 {
  return v128.load32_splat(at)
}

/** Constants that many functions use. */
export const one = memory.data<f32>([1])
export const half = memory.data<f32>([0.5])
export const minusZero = memory.data<f32>([-0.0])
export const infinity = memory.data<f32>([Infinity])
