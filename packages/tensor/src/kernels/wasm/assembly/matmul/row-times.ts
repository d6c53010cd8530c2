import { madd } from '../simd'

/**
 * c[n] (+)= Σ_k a[k] · B[k, n], the columns of B side by side and its rows `bRow` apart: row after row of B, as memory
 * is read quickest, with the sums in c. Four rows are added at a time, so that c is read less often than B; the
 * bits are those of `gemm`.
 */
export function rowTimes(
  N: i32, K: i32, a: usize, aStep: usize, b: usize, bRow: usize, c: usize, accumulate: bool,
): void {
  if (!accumulate) memory.fill(c, 0, N * 4)
  for (; K >= 4; K -= 4, a += 4 * aStep, b += 4 * bRow) add4(N, a, aStep, b, bRow, c)
  for (; K > 0; K--, a += aStep, b += bRow) add1(N, a, b, c)
}

function add4(N: i32, a: usize, aStep: usize, b0: usize, bRow: usize, c: usize): void {
  let b1 = b0 + bRow, b2 = b1 + bRow, b3 = b2 + bRow
  const s0 = v128.load32_splat(a), s1 = v128.load32_splat(a + aStep)
  const s2 = v128.load32_splat(a + 2 * aStep), s3 = v128.load32_splat(a + 3 * aStep)
  for (const end = c + (N & ~3) * 4; c < end; c += 16) {
    let sum = madd(s0, v128.load(b0), v128.load(c))
    sum = madd(s1, v128.load(b1), sum)
    sum = madd(s2, v128.load(b2), sum)
    v128.store(c, madd(s3, v128.load(b3), sum))
    b0 += 16; b1 += 16; b2 += 16; b3 += 16
  }
  for (const end = c + (N & 3) * 4; c < end; c += 4) {
    let sum = madd(s0, v128.load32_zero(b0), v128.load32_zero(c))
    sum = madd(s1, v128.load32_zero(b1), sum)
    sum = madd(s2, v128.load32_zero(b2), sum)
    v128.store_lane<f32>(c, madd(s3, v128.load32_zero(b3), sum), 0)
    b0 += 4; b1 += 4; b2 += 4; b3 += 4
  }
}

function add1(N: i32, a: usize, b: usize, c: usize): void {
  const s = v128.load32_splat(a)
  for (const end = c + (N & ~3) * 4; c < end; c += 16, b += 16) v128.store(c, madd(s, v128.load(b), v128.load(c)))
  for (const end = c + (N & 3) * 4; c < end; c += 4, b += 4)
    v128.store_lane<f32>(c, madd(s, v128.load32_zero(b), v128.load32_zero(c)), 0)
}
