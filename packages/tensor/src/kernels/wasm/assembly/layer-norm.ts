import { firstLanes, lower, sumOf, upper } from './lanes'
import { madd } from './simd'

/*
 * Layer normalisation (Ba, Kiros & Hinton 2016) of `rows` rows of `length` neighbours. Whole vectors are read and
 * written: behind the last row, and behind weight and bias, there must be room for 3 numbers.
 */

/** y = x̂ · weight + bias, x̂ = (x − mean) · rstd with mean and rstd = 1 / √(variance + eps) of each row (in float64). */
export function layerNorm(
  rows: i32, length: i32, eps: f64, x: usize, weight: usize, bias: usize, mean: usize, rstd: usize, y: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const μ = meanOf(length, x)
    const r = 1 / sqrt<f64>(varianceOf(length, x, f64x2.splat(μ)) + eps)
    store<f64>(mean + row * 8, μ)
    store<f64>(rstd + row * 8, r)
    const mean4 = f32x4.splat(<f32>μ), rest = f32x4.splat(<f32>(μ - <f64><f32>μ)), scale = f32x4.splat(<f32>r)
    for (let i = 0; i < length; i += 4) {
      const normal = normalized(v128.load(x + i * 4), mean4, rest, scale)
      v128.store(y + i * 4, madd(normal, v128.load(weight + i * 4), v128.load(bias + i * 4)))
    }
    x += length * 4
    y += length * 4
  }
}

/**
 * With g = dy · weight: dx = rstd · (g − mean g − x̂ · mean(g · x̂)); and, added up over the rows in float64,
 * dWeight += dy · x̂ and dBias += dy, which have room for ⌈length / 4⌉ · 4 numbers.
 */
export function layerNormBackward(
  rows: i32, length: i32,
  x: usize, weight: usize, mean: usize, rstd: usize, dy: usize, dx: usize, dWeight: usize, dBias: usize,
): void {
  for (let row = 0; row < rows; row++) {
    const μ = load<f64>(mean + row * 8)
    const mean4 = f32x4.splat(<f32>μ), rest = f32x4.splat(<f32>(μ - <f64><f32>μ))
    const scale = f32x4.splat(<f32>load<f64>(rstd + row * 8))
    let sum = f64x2.splat(0), sumX = sum
    for (let i = 0; i < length; i += 4) {
      const d = firstLanes(dy + i * 4, length - i, 0)
      const normal = normalized(firstLanes(x + i * 4, length - i, 0), mean4, rest, scale)
      const g = f32x4.mul(d, firstLanes(weight + i * 4, length - i, 0))
      const product = f32x4.mul(d, normal), productG = f32x4.mul(g, normal)
      sum = f64x2.add(sum, f64x2.add(lower(g), upper(g)))
      sumX = f64x2.add(sumX, f64x2.add(lower(productG), upper(productG)))
      addTo(dBias + i * 8, d)
      addTo(dWeight + i * 8, product)
    }
    const meanG = f32x4.splat(<f32>(sumOf(sum) / <f64>length)), meanX = f32x4.splat(<f32>(sumOf(sumX) / <f64>length))
    for (let i = 0; i < length; i += 4) {
      const normal = normalized(v128.load(x + i * 4), mean4, rest, scale)
      const g = f32x4.mul(v128.load(dy + i * 4), v128.load(weight + i * 4))
      const own = f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(normal, meanX))
      v128.store(dx + i * 4, f32x4.mul(scale, own))
    }
    x += length * 4
    dy += length * 4
    dx += length * 4
  }
}

/** (x − mean) · rstd; the mean in two parts, which together are a float64's: x may be nearly equal to it. */
// @ts-ignore: decorator
@inline
function normalized(x: v128, mean: v128, rest: v128, rstd: v128): v128 {
  return f32x4.mul(f32x4.sub(f32x4.sub(x, mean), rest), rstd)
}

// @ts-ignore: decorator
@inline
function meanOf(length: i32, x: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0
  for (let i = 0; i < length; i += 4) {
    const v = firstLanes(x + i * 4, length - i, 0)
    s0 = f64x2.add(s0, lower(v))
    s1 = f64x2.add(s1, upper(v))
  }
  return sumOf(f64x2.add(s0, s1)) / <f64>length
}

// @ts-ignore: decorator
@inline
function varianceOf(length: i32, x: usize, mean: v128): f64 {
  let s0 = f64x2.splat(0), s1 = s0
  let i = 0
  for (; i + 4 <= length; i += 4) {
    const v = v128.load(x + i * 4)
    const d0 = f64x2.sub(lower(v), mean), d1 = f64x2.sub(upper(v), mean)
    s0 = f64x2.add(s0, f64x2.mul(d0, d0))
    s1 = f64x2.add(s1, f64x2.mul(d1, d1))
  }
  let total = sumOf(f64x2.add(s0, s1))
  for (; i < length; i++) {
    const d = <f64>load<f32>(x + i * 4) - f64x2.extract_lane(mean, 0)
    total += d * d
  }
  return total / <f64>length
}

/** Adds 4 float32s to 4 float64s. */
// @ts-ignore: decorator
@inline
function addTo(totals: usize, x: v128): void {
  v128.store(totals, f64x2.add(v128.load(totals), lower(x)))
  v128.store(totals, f64x2.add(v128.load(totals, 16), upper(x)), 16)
}
