import { gemm } from '../matmul'

/**
 * C = A · weight (or C + A · weight) for some rows at each of several steps: rows of A lie aRow apart and steps aStep,
 * and those of C likewise; the weight `[K, N]` is packed. A weight that is too large for the nearer caches is used
 * a few columns at a time, for all steps: so it comes from afar once, and not at every step.
 */
export function multiplySteps(
  steps: i32, rows: i32, N: i32, K: i32, a: usize, aStep: usize, aRow: usize, weight: usize,
  c: usize, cStep: usize, cRow: usize, accumulate: bool,
): void {
  // Steps without a gap are one product.
  if (aStep == rows * aRow && cStep == rows * cRow) {
    rows *= steps
    steps = 1
  }
  const columns = max(8, nearby / (4 * K) & ~7)
  for (let n = 0; n < N; n += columns)
    for (let i = 0; i < steps; i++)
      gemm(
        rows, min(columns, N - n), K, a + i * aStep, 4 * aRow, aRow, 4, weight + n * K * 4,
        c + i * cStep + n * 4, cRow, accumulate,
      )
}

/** Bytes: a quarter of a second-level cache. */
const nearby: i32 = 1 << 18
