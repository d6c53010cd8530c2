/** 4 numbers, of which those from the n-th on are `value`: the end of a row, whose neighbours are not its own. */
// @ts-ignore: decorator
@inline
export function firstLanes(x: usize, n: i32, value: f32): v128 {
  return v128.bitselect(v128.load(x), f32x4.splat(value), i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(n)))
}

/** The lower two lanes, in float64. */
// @ts-ignore: decorator
@inline
export function lower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x)
}

/** The upper two lanes, in float64. */
// @ts-ignore: decorator
@inline
export function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f64>(x, x, 1, 1))
}

/** Two pairs of float64s, rounded to float32. */
// @ts-ignore: decorator
@inline
export function rounded(low: v128, high: v128): v128 {
  return v128.shuffle<f64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
}

/** The sum of both lanes. */
// @ts-ignore: decorator
@inline
export function sumOf(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1)
}
