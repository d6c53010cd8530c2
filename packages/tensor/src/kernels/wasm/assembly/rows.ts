import { exp4 } from './functions/exp'
import { firstLanes, lower, sumOf, upper } from './lanes'
import { ln } from './ln'

/*
 * Kernels along the last axis: each takes `rows` rows of `length` neighbours. They read and write whole vectors,
 * so that behind the last row there must be room for 3 numbers; what stands there is not looked at.
 */

/** y[r, i] = e^x[r, i] / Σⱼ e^x[r, j] */
export function softmax(rows: i32, length: i32, x: usize, y: usize): void {
  for (const end = x + rows * length * 4; x < end; x += length * 4, y += length * 4) {
    const total = expRow(length, x, f32x4.splat(largest(length, x)), y)
    const scale = f32x4.splat(<f32>(1 / total))
    for (let i = 0; i < length; i += 4) v128.store(y + i * 4, f32x4.mul(v128.load(y + i * 4), scale))
  }
}

/** y[r, i] = x[r, i] − log Σⱼ e^x[r, j] */
export function logSoftmax(rows: i32, length: i32, x: usize, y: usize): void {
  for (const end = x + rows * length * 4; x < end; x += length * 4, y += length * 4) {
    const m = f32x4.splat(largest(length, x))
    const log = f32x4.splat(<f32>ln(expTotal(length, x, m)))
    for (let i = 0; i < length; i += 4)
      v128.store(y + i * 4, f32x4.sub(f32x4.sub(v128.load(x + i * 4), m), log))
  }
}

/** y[r] = log Σⱼ e^x[r, j] */
export function logSumExp(rows: i32, length: i32, x: usize, y: usize): void {
  for (let row = 0; row < rows; row++, x += length * 4, y += 4) {
    const m = largest(length, x)
    const finite = m - m == 0 // else: nothing but −∞, or an ∞, or a NaN
    store<f32>(y, finite ? <f32>(<f64>m + ln(expTotal(length, x, f32x4.splat(m)))) : m)
  }
}

/**
 * The losses −log softmax(x)[target], and, where `dx` is not 0, their gradients · scale:
 * dx[r, i] = scale · (softmax(x)[r, i] − 1 where i is the target)
 */
export function crossEntropy(
  rows: i32, length: i32, x: usize, target: usize, scale: f64, losses: usize, dx: usize,
): void {
  for (let row = 0; row < rows; row++, x += length * 4, losses += 4, target += 4) {
    const m = largest(length, x)
    const at = load<i32>(target) * 4
    const total = dx ? expRow(length, x, f32x4.splat(m), dx) : expTotal(length, x, f32x4.splat(m))
    store<f32>(losses, <f32>(ln(total) - (<f64>load<f32>(x + at) - <f64>m)))
    if (!dx) continue
    // 1 − softmax as the share of the others, which keeps its digits when that is small.
    const own = -scale * ((total - <f64>load<f32>(dx + at)) / total)
    const factor = f32x4.splat(<f32>(scale / total))
    for (let i = 0; i < length; i += 4) v128.store(dx + i * 4, f32x4.mul(v128.load(dx + i * 4), factor))
    store<f32>(dx + at, <f32>own)
    dx += length * 4
  }
}

/** y[r, i] = Σ_{j ≤ i} x[r, j], the running total in float64 */
export function cumsum(rows: i32, length: i32, x: usize, y: usize): void {
  for (let row = 0; row < rows; row++) {
    let total: f64 = 0
    for (let i = 0; i < length; i++, x += 4, y += 4) store<f32>(y, <f32>(total += <f64>load<f32>(x)))
  }
}

/** y[r] (int32) = where the largest of a row stands, the first of equals; a NaN counts as the largest. */
export function argmax(rows: i32, length: i32, x: usize, y: usize): void {
  for (let row = 0; row < rows; row++, x += length * 4, y += 4) store<i32>(y, find(x, largest(length, x)))
}

/** The same of the smallest. */
export function argmin(rows: i32, length: i32, x: usize, y: usize): void {
  for (let row = 0; row < rows; row++, x += length * 4, y += 4) store<i32>(y, find(x, smallest(length, x)))
}

/** y = e^(x − m), and their sum. Beyond the row's end y is overwritten: write rows in order. */
// @ts-ignore: decorator
@inline
function expRow(length: i32, x: usize, m: v128, y: usize): f64 {
  return expSum(true, length, x, m, y)
}

/** Σ e^(x − m) */
// @ts-ignore: decorator
@inline
function expTotal(length: i32, x: usize, m: v128): f64 {
  return expSum(false, length, x, m, 0)
}

// @ts-ignore: decorator
@inline
function expSum(write: bool, length: i32, x: usize, m: v128, y: usize): f64 {
  let t0 = f64x2.splat(0), t1 = t0
  let i = 0
  for (; i + 4 <= length; i += 4) {
    const e = exp4(f32x4.sub(v128.load(x + i * 4), m))
    if (write) v128.store(y + i * 4, e)
    t0 = f64x2.add(t0, lower(e))
    t1 = f64x2.add(t1, upper(e))
  }
  if (i < length) {
    const e = exp4(f32x4.sub(firstLanes(x + i * 4, length - i, -Infinity), m))
    if (write) v128.store(y + i * 4, e)
    t0 = f64x2.add(t0, lower(e))
    t1 = f64x2.add(t1, upper(e))
  }
  return sumOf(f64x2.add(t0, t1))
}

/** The largest of a row; NaN if one is. */
// @ts-ignore: decorator
@inline
function largest(length: i32, x: usize): f32 {
  return extreme(true, length, x)
}

/** The smallest of a row; NaN if one is. */
// @ts-ignore: decorator
@inline
function smallest(length: i32, x: usize): f32 {
  return extreme(false, length, x)
}

/** `pmax` takes a third of the time of `max`, but it loses a NaN: these are looked out for apart. */
// @ts-ignore: decorator
@inline
function extreme(largest: bool, length: i32, x: usize): f32 {
  const nothing: f32 = largest ? -Infinity : Infinity
  let m0 = f32x4.splat(nothing), m1 = m0, strange = f32x4.splat(0)
  let i = 0
  for (; i + 8 <= length; i += 8) {
    const v0 = v128.load(x + i * 4), v1 = v128.load(x + i * 4, 16)
    m0 = largest ? f32x4.pmax(m0, v0) : f32x4.pmin(m0, v0)
    m1 = largest ? f32x4.pmax(m1, v1) : f32x4.pmin(m1, v1)
    strange = v128.or(strange, v128.or(f32x4.ne(v0, v0), f32x4.ne(v1, v1)))
  }
  for (; i < length; i += 4) {
    const v = firstLanes(x + i * 4, length - i, nothing)
    m0 = largest ? f32x4.pmax(m0, v) : f32x4.pmin(m0, v)
    strange = v128.or(strange, f32x4.ne(v, v))
  }
  if (v128.any_true(strange)) return NaN
  m0 = largest ? f32x4.pmax(m0, m1) : f32x4.pmin(m0, m1)
  const half = v128.shuffle<f32>(m0, m0, 2, 3, 0, 1)
  m0 = largest ? f32x4.pmax(m0, half) : f32x4.pmin(m0, half)
  const a = f32x4.extract_lane(m0, 0), b = f32x4.extract_lane(m0, 1)
  return largest ? max(a, b) : min(a, b)
}

/** The first place of a value that is there; NaN is found too. */
// @ts-ignore: decorator
@inline
function find(x: usize, value: f32): i32 {
  const wanted = f32x4.splat(value)
  let i = 0
  let found = same(v128.load(x), wanted)
  while (!v128.any_true(found)) found = same(v128.load(x + (i += 4) * 4), wanted)
  return i + ctz(i32x4.bitmask(found))
}

/** Where x is the value wanted, or both are NaN. */
// @ts-ignore: decorator
@inline
function same(x: v128, wanted: v128): v128 {
  return v128.or(f32x4.eq(x, wanted), v128.and(f32x4.ne(x, x), f32x4.ne(wanted, wanted)))
}
