import { madd } from '../simd'

/*
 * Tiles of C that stay in registers for a whole run of k: C[m, n] (+)= Σ_k A[m, k] · B[k, n], with 8 vectors of
 * sums at most. Element (m, k) of A stands at a + m · aRow + k · aStep; 8 columns of B at b + k · bStep, and the
 * next 8 a panel further; rows of C lie cRow apart. Each sum is taken over k from 0 up, in whatever tile it stands.
 */

/** 1 to 4 rows (a constant) by 8 columns, of which the first `columns` are stored: the next row's are not ours. */
// @ts-ignore: decorator
@inline
export function tile(
  rows: i32, columns: i32, K: i32, a0: usize, aRow: usize, aStep: usize, b: usize, bStep: usize,
  c0: usize, cRow: usize, accumulate: bool,
): void {
  const c1 = c0 + cRow, c2 = c1 + cRow, c3 = c2 + cRow
  let a1 = a0 + aRow, a2 = a1 + aRow, a3 = a2 + aRow
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00
  let c20 = c00, c21 = c00, c30 = c00, c31 = c00
  if (accumulate) {
    c00 = take(c0, columns); c01 = take(c0 + 16, columns - 4)
    if (rows > 1) { c10 = take(c1, columns); c11 = take(c1 + 16, columns - 4) }
    if (rows > 2) { c20 = take(c2, columns); c21 = take(c2 + 16, columns - 4) }
    if (rows > 3) { c30 = take(c3, columns); c31 = take(c3 + 16, columns - 4) }
  }
  for (let k = 0; k < K; k++) {
    const b0 = v128.load(b), b1 = v128.load(b, 16)
    let s = v128.load32_splat(a0)
    c00 = madd(s, b0, c00); c01 = madd(s, b1, c01)
    if (rows > 1) { s = v128.load32_splat(a1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11) }
    if (rows > 2) { s = v128.load32_splat(a2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21) }
    if (rows > 3) { s = v128.load32_splat(a3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31) }
    a0 += aStep
    if (rows > 1) a1 += aStep
    if (rows > 2) a2 += aStep
    if (rows > 3) a3 += aStep
    b += bStep
  }
  put(c0, columns, c00, c01)
  if (rows > 1) put(c1, columns, c10, c11)
  if (rows > 2) put(c2, columns, c20, c21)
  if (rows > 3) put(c3, columns, c30, c31)
}

/** 2 rows by 16 columns. */
export function tile2(
  K: i32, a0: usize, aRow: usize, aStep: usize, b0: usize, bPanel: usize, bStep: usize,
  c0: usize, cRow: usize, accumulate: bool,
): void {
  const c1 = c0 + cRow
  let a1 = a0 + aRow, b1 = b0 + bPanel
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00
  let c10 = c00, c11 = c00, c12 = c00, c13 = c00
  if (accumulate) {
    c00 = v128.load(c0); c01 = v128.load(c0, 16); c02 = v128.load(c0, 32); c03 = v128.load(c0, 48)
    c10 = v128.load(c1); c11 = v128.load(c1, 16); c12 = v128.load(c1, 32); c13 = v128.load(c1, 48)
  }
  for (let k = 0; k < K; k++) {
    const s0 = v128.load32_splat(a0), s1 = v128.load32_splat(a1)
    let x = v128.load(b0)
    c00 = madd(s0, x, c00); c10 = madd(s1, x, c10)
    x = v128.load(b0, 16)
    c01 = madd(s0, x, c01); c11 = madd(s1, x, c11)
    x = v128.load(b1)
    c02 = madd(s0, x, c02); c12 = madd(s1, x, c12)
    x = v128.load(b1, 16)
    c03 = madd(s0, x, c03); c13 = madd(s1, x, c13)
    a0 += aStep; a1 += aStep; b0 += bStep; b1 += bStep
  }
  v128.store(c0, c00); v128.store(c0, c01, 16); v128.store(c0, c02, 32); v128.store(c0, c03, 48)
  v128.store(c1, c10); v128.store(c1, c11, 16); v128.store(c1, c12, 32); v128.store(c1, c13, 48)
}

/** 1 row by 32 columns. K is even: V8 makes two k's a turn twice as fast as one (Node 20; in 26 they are equal). */
// @ts-ignore: decorator
@inline
export function tile1(
  K: i32, a: usize, aStep: usize, b0: usize, bPanel: usize, bStep: usize, c: usize, accumulate: bool,
): void {
  let b1 = b0 + bPanel, b2 = b1 + bPanel, b3 = b2 + bPanel
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
  if (accumulate) {
    c0 = v128.load(c); c1 = v128.load(c, 16); c2 = v128.load(c, 32); c3 = v128.load(c, 48)
    c4 = v128.load(c, 64); c5 = v128.load(c, 80); c6 = v128.load(c, 96); c7 = v128.load(c, 112)
  }
  for (let k = 0; k < K; k += 2) {
    let s = v128.load32_splat(a)
    c0 = madd(s, v128.load(b0), c0); c1 = madd(s, v128.load(b0, 16), c1)
    c2 = madd(s, v128.load(b1), c2); c3 = madd(s, v128.load(b1, 16), c3)
    c4 = madd(s, v128.load(b2), c4); c5 = madd(s, v128.load(b2, 16), c5)
    c6 = madd(s, v128.load(b3), c6); c7 = madd(s, v128.load(b3, 16), c7)
    a += aStep; b0 += bStep; b1 += bStep; b2 += bStep; b3 += bStep
    s = v128.load32_splat(a)
    c0 = madd(s, v128.load(b0), c0); c1 = madd(s, v128.load(b0, 16), c1)
    c2 = madd(s, v128.load(b1), c2); c3 = madd(s, v128.load(b1, 16), c3)
    c4 = madd(s, v128.load(b2), c4); c5 = madd(s, v128.load(b2, 16), c5)
    c6 = madd(s, v128.load(b3), c6); c7 = madd(s, v128.load(b3, 16), c7)
    a += aStep; b0 += bStep; b1 += bStep; b2 += bStep; b3 += bStep
  }
  v128.store(c, c0); v128.store(c, c1, 16); v128.store(c, c2, 32); v128.store(c, c3, 48)
  v128.store(c, c4, 64); v128.store(c, c5, 80); v128.store(c, c6, 96); v128.store(c, c7, 112)
}

/** The first `count` of 4 floats, then zeros. */
// @ts-ignore: decorator
@inline
function take(from: usize, count: i32): v128 {
  return count >= 4 ? v128.load(from) : takeLanes(from, count)
}

/** Stores the first `count` of 8 floats. */
// @ts-ignore: decorator
@inline
function put(to: usize, count: i32, x0: v128, x1: v128): void {
  if (count >= 8) {
    v128.store(to, x0); v128.store(to, x1, 16)
  } else if (count >= 4) {
    v128.store(to, x0); putLanes(to + 16, count - 4, x1)
  } else putLanes(to, count, x0)
}

function takeLanes(from: usize, count: i32): v128 {
  let x = f32x4.splat(0)
  if (count > 0) x = v128.load32_zero(from)
  if (count > 1) x = v128.load_lane<f32>(from + 4, x, 1)
  if (count > 2) x = v128.load_lane<f32>(from + 8, x, 2)
  return x
}

function putLanes(to: usize, count: i32, x: v128): void {
  if (count > 0) v128.store_lane<f32>(to, x, 0)
  if (count > 1) v128.store_lane<f32>(to + 4, x, 1)
  if (count > 2) v128.store_lane<f32>(to + 8, x, 2)
}
