import { sumOf } from './lanes'

/*
 * Reductions over the middle axis of x[groups, rows, columns], which lies in row-major order: over the last axis
 * with columns = 1, over the first with groups = 1. Totals are float64, so that a sum is exact but for its last
 * rounding and goes on from one part of x to the next; `totals[group, column]` holds what came before.
 */

/** Fills totals with what the reduction starts from. */
export function startTotals(kind: i32, length: i32, totals: usize): void {
  for (let i = 0; i < length; i++) store<f64>(totals + i * 8, nothing(kind))
}

/** totals[g, c] ∘= x[g, 0, c] ∘ x[g, 1, c] ∘ …, with ∘ by `kind`: +, ·, max or min. */
export function reduce(kind: i32, groups: i32, rows: i32, columns: i32, x: usize, totals: usize): void {
  switch (kind) {
    case 0: return reduceBy(0, groups, rows, columns, x, totals)
    case 1: return reduceBy(1, groups, rows, columns, x, totals)
    case 2: return reduceBy(2, groups, rows, columns, x, totals)
    default: return reduceBy(3, groups, rows, columns, x, totals)
  }
}

// @ts-ignore: decorator
@inline
function reduceBy(kind: i32, groups: i32, rows: i32, columns: i32, x: usize, totals: usize): void {
  for (let group = 0; group < groups; group++) {
    if (columns == 1) reduceRow(kind, rows, x, totals)
    else reduceRows(kind, rows, columns, x, totals)
    x += rows * columns * 4
    totals += columns * 8
  }
}

/** One total of `length` neighbours, in four pairs of running ones: each has its own latency to wait for. */
// @ts-ignore: decorator
@inline
function reduceRow(kind: i32, length: i32, x: usize, total: usize): void {
  let t0 = f64x2.splat(nothing(kind)), t1 = t0, t2 = t0, t3 = t0
  const end = x + length * 4
  for (; x + 32 <= end; x += 32) {
    t0 = take(kind, t0, pair(x))
    t1 = take(kind, t1, pair(x + 8))
    t2 = take(kind, t2, pair(x + 16))
    t3 = take(kind, t3, pair(x + 24))
  }
  for (; x + 8 <= end; x += 8) t0 = take(kind, t0, pair(x))
  t0 = take(kind, take(kind, t0, t1), take(kind, t2, t3))
  // Lane 0 takes lane 1, what is left of the row, and what came before.
  t0 = take(kind, t0, v128.shuffle<f64>(t0, t0, 1, 0))
  if (x < end) t0 = take(kind, t0, single(x))
  v128.store_lane<f64>(total, take(kind, v128.load64_zero(total), t0), 0)
}

/** A total for each column; four rows at a time, so that totals are read and written less often than x. */
// @ts-ignore: decorator
@inline
function reduceRows(kind: i32, rows: i32, columns: i32, x: usize, totals: usize): void {
  const step = columns * 4
  let row = 0
  for (; row + 4 <= rows; row += 4, x += 4 * step) {
    const x1 = x + step, x2 = x1 + step, x3 = x2 + step
    let c = 0
    for (; c + 2 <= columns; c += 2) {
      const at = totals + c * 8, i = c * 4
      const upper = take(kind, pair(x + i), pair(x1 + i))
      const lower = take(kind, pair(x2 + i), pair(x3 + i))
      v128.store(at, take(kind, v128.load(at), take(kind, upper, lower)))
    }
    if (c < columns) {
      const at = totals + c * 8, i = c * 4
      const upper = take(kind, single(x + i), single(x1 + i))
      const lower = take(kind, single(x2 + i), single(x3 + i))
      v128.store_lane<f64>(at, take(kind, v128.load64_zero(at), take(kind, upper, lower)), 0)
    }
  }
  for (; row < rows; row++, x += step) {
    let c = 0
    for (; c + 2 <= columns; c += 2) {
      const at = totals + c * 8
      v128.store(at, take(kind, v128.load(at), pair(x + c * 4)))
    }
    if (c < columns) {
      const at = totals + c * 8
      v128.store_lane<f64>(at, take(kind, v128.load64_zero(at), single(x + c * 4)), 0)
    }
  }
}

/** What a reduction starts from: it leaves everything that it meets as it is. */
// @ts-ignore: decorator
@inline
function nothing(kind: i32): f64 {
  return kind == 0 ? 0 : kind == 1 ? 1 : kind == 2 ? -Infinity : Infinity
}

// @ts-ignore: decorator
@inline
function take(kind: i32, total: v128, x: v128): v128 {
  if (kind == 0) return f64x2.add(total, x)
  if (kind == 1) return f64x2.mul(total, x)
  return kind == 2 ? f64x2.max(total, x) : f64x2.min(total, x)
}

/** Two neighbours, in float64. */
// @ts-ignore: decorator
@inline
function pair(x: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(x))
}

/** One number, in lane 0. */
// @ts-ignore: decorator
@inline
function single(x: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_zero(x))
}

/** Rounds float64s to float32s; the same place will do for both. */
export function demote(length: i32, from: usize, to: usize): void {
  for (let i = 0; i < length; i++) store<f32>(to + i * 4, <f32>load<f64>(from + i * 8))
}

/** Σ x² in float64. */
export function sumOfSquares(length: i32, x: usize): f64 {
  let t0 = f64x2.splat(0), t1 = t0, t2 = t0, t3 = t0
  const end = x + length * 4
  for (; x + 32 <= end; x += 32) {
    const x0 = pair(x), x1 = pair(x + 8), x2 = pair(x + 16), x3 = pair(x + 24)
    t0 = f64x2.add(t0, f64x2.mul(x0, x0))
    t1 = f64x2.add(t1, f64x2.mul(x1, x1))
    t2 = f64x2.add(t2, f64x2.mul(x2, x2))
    t3 = f64x2.add(t3, f64x2.mul(x3, x3))
  }
  for (; x < end; x += 4) {
    const x0 = single(x)
    t0 = f64x2.add(t0, f64x2.mul(x0, x0))
  }
  return sumOf(f64x2.add(f64x2.add(t0, t1), f64x2.add(t2, t3)))
}
