import { madd } from '../simd'

/**
 * y = W x + b, for W `[N, K]` in panels of 32 rows, in each of which k runs slowest: so W is read from its first byte to
 * its last, which is what memory is quickest at. N is a multiple of 32; y may be b.
 */
export function matvec(N: i32, K: i32, w: usize, x: usize, b: usize, y: usize): void {
  for (let n = 0; n < N; n += 32) matvecPanel(K, w + n * K * 4, x, b + n * 4, y + n * 4)
}

/**
 * One panel of it, the sums in 8 registers. Exported, only so that the compiler does not put it into the loop above: V8
 * (of Node 20) makes code of half the speed for a loop within a loop.
 */
export function matvecPanel(K: i32, w: usize, x: usize, b: usize, y: usize): void {
  let s0 = v128.load(b), s1 = v128.load(b, 16), s2 = v128.load(b, 32), s3 = v128.load(b, 48)
  let s4 = v128.load(b, 64), s5 = v128.load(b, 80), s6 = v128.load(b, 96), s7 = v128.load(b, 112)
  for (const end = x + K * 4; x < end; x += 4) {
    const xk = v128.load32_splat(x)
    s0 = madd(xk, v128.load(w), s0); s1 = madd(xk, v128.load(w, 16), s1)
    s2 = madd(xk, v128.load(w, 32), s2); s3 = madd(xk, v128.load(w, 48), s3)
    s4 = madd(xk, v128.load(w, 64), s4); s5 = madd(xk, v128.load(w, 80), s5)
    s6 = madd(xk, v128.load(w, 96), s6); s7 = madd(xk, v128.load(w, 112), s7)
    w += 128
  }
  v128.store(y, s0); v128.store(y, s1, 16); v128.store(y, s2, 32); v128.store(y, s3, 48)
  v128.store(y, s4, 64); v128.store(y, s5, 80); v128.store(y, s6, 96); v128.store(y, s7, 112)
}
