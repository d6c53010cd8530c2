import { madd } from '../simd'

/**
 * C[m, n] = Σ_k A[m, k] · B[k, n] where the k's are side by side in both: the dot products of A's rows, `aRow` apart,
 * and B's columns, `bColumn` apart; those of C lie cRow and cColumn apart. For few rows, which do not make up for
 * packing B.
 *
 * A dot product is four sums, each of every fourth k, and those of the last K mod 4 go to the first of them: in
 * whatever tile it stands. A tile is 4 by 2, 2 by 4 or 1 by 8, 8 vectors of sums each.
 */
export function dots(
  M: i32, N: i32, K: i32, a: usize, aRow: usize, b: usize, bColumn: usize, c: usize, cRow: usize, cColumn: usize,
): void {
  for (; M > 2; M -= 4, a += 4 * aRow, c += 4 * cRow)
    for (let n = 0; n < N; n += 2)
      dots2x4(N - n, M, K, b + n * bColumn, bColumn, a, aRow, c + n * cColumn, cColumn, cRow)
  if (M == 2)
    for (let n = 0; n < N; n += 4)
      dots2x4(2, N - n, K, a, aRow, b + n * bColumn, bColumn, c + n * cColumn, cRow, cColumn)
  if (M == 1) for (let n = 0; n < N; n += 8) dots1x8(N - n, K, a, b + n * bColumn, bColumn, c + n * cColumn, cColumn)
}

/** A row of A by 8 columns of B. */
function dots1x8(columns: i32, K: i32, a: usize, b0: usize, bColumn: usize, c: usize, cColumn: usize): void {
  // Beyond the last column stands the first again.
  let b1 = b0 + (columns > 1 ? bColumn : 0), b2 = b0 + (columns > 2 ? 2 * bColumn : 0)
  let b3 = b0 + (columns > 3 ? 3 * bColumn : 0), b4 = b0 + (columns > 4 ? 4 * bColumn : 0)
  let b5 = b0 + (columns > 5 ? 5 * bColumn : 0), b6 = b0 + (columns > 6 ? 6 * bColumn : 0)
  let b7 = b0 + (columns > 7 ? 7 * bColumn : 0)
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0
  for (const end = a + (K & ~3) * 4; a < end; a += 16) {
    const s = v128.load(a)
    c0 = madd(s, v128.load(b0), c0); c1 = madd(s, v128.load(b1), c1)
    c2 = madd(s, v128.load(b2), c2); c3 = madd(s, v128.load(b3), c3)
    c4 = madd(s, v128.load(b4), c4); c5 = madd(s, v128.load(b5), c5)
    c6 = madd(s, v128.load(b6), c6); c7 = madd(s, v128.load(b7), c7)
    b0 += 16; b1 += 16; b2 += 16; b3 += 16; b4 += 16; b5 += 16; b6 += 16; b7 += 16
  }
  for (const end = a + (K & 3) * 4; a < end; a += 4) {
    const s = v128.load32_zero(a)
    c0 = madd(s, v128.load32_zero(b0), c0); c1 = madd(s, v128.load32_zero(b1), c1)
    c2 = madd(s, v128.load32_zero(b2), c2); c3 = madd(s, v128.load32_zero(b3), c3)
    c4 = madd(s, v128.load32_zero(b4), c4); c5 = madd(s, v128.load32_zero(b5), c5)
    c6 = madd(s, v128.load32_zero(b6), c6); c7 = madd(s, v128.load32_zero(b7), c7)
    b0 += 4; b1 += 4; b2 += 4; b3 += 4; b4 += 4; b5 += 4; b6 += 4; b7 += 4
  }
  put4(columns, sums(c0, c1, c2, c3), c, cColumn)
  put4(columns - 4, sums(c4, c5, c6, c7), c + 4 * cColumn, cColumn)
}

/** 2 lines x by 4 lines y: rows by columns, or columns by rows. Their products lie cx and cy apart. */
function dots2x4(
  xs: i32, ys: i32, K: i32, x0: usize, xLine: usize, y0: usize, yLine: usize, c: usize, cx: usize, cy: usize,
): void {
  let x1 = x0 + (xs > 1 ? xLine : 0)
  let y1 = y0 + (ys > 1 ? yLine : 0), y2 = y0 + (ys > 2 ? 2 * yLine : 0), y3 = y0 + (ys > 3 ? 3 * yLine : 0)
  let c00 = f32x4.splat(0), c01 = c00, c02 = c00, c03 = c00, c10 = c00, c11 = c00, c12 = c00, c13 = c00
  for (const end = x0 + (K & ~3) * 4; x0 < end; x0 += 16) {
    const s = v128.load(x0), t = v128.load(x1)
    let y = v128.load(y0)
    c00 = madd(s, y, c00); c10 = madd(t, y, c10)
    y = v128.load(y1)
    c01 = madd(s, y, c01); c11 = madd(t, y, c11)
    y = v128.load(y2)
    c02 = madd(s, y, c02); c12 = madd(t, y, c12)
    y = v128.load(y3)
    c03 = madd(s, y, c03); c13 = madd(t, y, c13)
    x1 += 16; y0 += 16; y1 += 16; y2 += 16; y3 += 16
  }
  for (const end = x0 + (K & 3) * 4; x0 < end; x0 += 4) {
    const s = v128.load32_zero(x0), t = v128.load32_zero(x1)
    let y = v128.load32_zero(y0)
    c00 = madd(s, y, c00); c10 = madd(t, y, c10)
    y = v128.load32_zero(y1)
    c01 = madd(s, y, c01); c11 = madd(t, y, c11)
    y = v128.load32_zero(y2)
    c02 = madd(s, y, c02); c12 = madd(t, y, c12)
    y = v128.load32_zero(y3)
    c03 = madd(s, y, c03); c13 = madd(t, y, c13)
    x1 += 4; y0 += 4; y1 += 4; y2 += 4; y3 += 4
  }
  put4(ys, sums(c00, c01, c02, c03), c, cy)
  if (xs > 1) put4(ys, sums(c10, c11, c12, c13), c + cx, cy)
}

/** The sum of the lanes of each of four vectors. */
// @ts-ignore: decorator
@inline
function sums(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  const p0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), p1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5)
  const q0 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), q1 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
  const p = f32x4.add(v128.shuffle<f64>(p0, p1, 0, 2), v128.shuffle<f64>(q0, q1, 0, 2))
  const q = f32x4.add(v128.shuffle<f64>(p0, p1, 1, 3), v128.shuffle<f64>(q0, q1, 1, 3))
  return f32x4.add(p, q)
}

/** Stores the first `count` of 4 floats, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function put4(count: i32, x: v128, to: usize, step: usize): void {
  if (count > 0) v128.store_lane<f32>(to, x, 0)
  if (count > 1) v128.store_lane<f32>(to + step, x, 1)
  if (count > 2) v128.store_lane<f32>(to + 2 * step, x, 2)
  if (count > 3) v128.store_lane<f32>(to + 3 * step, x, 3)
}
