import { packRows } from './pack'
import { tile, tile1, tile2 } from './tile'

/**
 * C[m, n] (+)= Σ_k A[m, k] · B[k, n], in tiles of 4 rows and 8 columns that stay in registers for a whole
 * run of k: 8 vectors of sums, for which 4 numbers of A and 2 vectors of B are read at each k.
 *
 * B is packed in panels of 8 columns (`packColumns`). Of A, a tile of 4 rows starts every `aTile` bytes, its
 * rows lie `aRow` apart and its k's `aStep`: so it can be row-major (4 · aRow, aRow, 4), or packed by
 * `packRows` (16 · K, 4, 16), where its k's are far apart. Rows of C lie `cRow` apart.
 *
 * Each sum is taken over k from 0 up, whatever M and N are, so that the rows can be shared out among
 * threads and every bit stays as it is.
 */
export function gemm(
  M: i32, N: i32, K: i32,
  a: usize, aTile: usize, aRow: usize, aStep: usize,
  b: usize,
  c: usize, cRow: usize,
  accumulate: bool,
): void {
  multiply(M, N, K, a, aTile, aRow, aStep, b, K * 32, 32, c, cRow, accumulate)
}

/**
 * The same, with bits as in `gemm`, but B anywhere: 8 columns of it side by side every `bPanel` bytes, its k's
 * `bStep` apart. So a row-major B of which few rows of C are made need not be packed: (32, its row). Where N is
 * no multiple of 8, up to 28 bytes behind B are read, and not used.
 */
export function multiply(
  M: i32, N: i32, K: i32,
  a: usize, aTile: usize, aRow: usize, aStep: usize,
  b: usize, bPanel: usize, bStep: usize,
  c: usize, cRow: usize,
  accumulate: bool,
): void {
  const whole = M & ~3
  for (let k = 0; k < K || k == 0; k += blockK) {
    const length = min(blockK, K - k), add = accumulate || k > 0
    const as = a + k * aStep, bs = b + k * bStep
    for (let rows = 0; rows < whole; rows += blockM) {
      const end = min(rows + blockM, whole)
      for (let n = 0; n < N; n += 8) {
        const panel = bs + (n >> 3) * bPanel
        for (let m = rows; m < end; m += 4)
          tile(4, N - n, length, as + (m >> 2) * aTile, aRow, aStep, panel, bStep, c + m * cRow + n * 4, cRow, add)
      }
    }
    const lastA = as + (whole >> 2) * aTile, lastC = c + whole * cRow
    if (whole < M) lastRows(M - whole, N, length, lastA, aRow, aStep, bs, bPanel, bStep, lastC, cRow, add)
  }
}

/** Fewer than 4 rows: in tiles that are the wider, so that the processor has sums enough to be busy with. */
function lastRows(
  rows: i32, N: i32, K: i32, a: usize, aRow: usize, aStep: usize, b: usize, bPanel: usize, bStep: usize,
  c: usize, cRow: usize, accumulate: bool,
): void {
  if (rows == 1 && K > 1) {
    // The even part of K in wide tiles, then what is left of it.
    const even = K & ~1
    let n = 0
    for (; n + 32 <= N; n += 32)
      tile1(even, a, aStep, b + (n >> 3) * bPanel, bPanel, bStep, c + n * 4, accumulate)
    if (K > even) oneRow(n, 1, a + even * aStep, aStep, b + even * bStep, bPanel, bStep, c, true)
    oneRow(N - n, K, a, aStep, b + (n >> 3) * bPanel, bPanel, bStep, c + n * 4, accumulate)
  } else if (rows == 1) {
    oneRow(N, K, a, aStep, b, bPanel, bStep, c, accumulate)
  } else if (rows == 2) {
    for (; N >= 16; N -= 16, b += 2 * bPanel, c += 64)
      tile2(K, a, aRow, aStep, b, bPanel, bStep, c, cRow, accumulate)
    for (; N > 0; N -= 8, b += bPanel, c += 32) tile(2, N, K, a, aRow, aStep, b, bStep, c, cRow, accumulate)
  } else {
    for (; N > 0; N -= 8, b += bPanel, c += 32) tile(3, N, K, a, aRow, aStep, b, bStep, c, cRow, accumulate)
  }
}

function oneRow(
  N: i32, K: i32, a: usize, aStep: usize, b: usize, bPanel: usize, bStep: usize, c: usize, accumulate: bool,
): void {
  for (; N > 0; N -= 8, b += bPanel, c += 32) tile(1, N, K, a, 0, aStep, b, bStep, c, 0, accumulate)
}

/** How many k's of a panel of B (32 bytes each) are used at a time: half of a first-level cache. */
const blockK: i32 = 512
/** How many rows of A are used at a time, with every panel: half of a second-level cache. */
const blockM: i32 = 128

/** What `gemmTask` is told, in the order in which ../../matmul/packed packs it. Numbers and byte pointers. */
@unmanaged
class Product {
  M: i32
  N: i32
  K: i32
  a: usize
  aRow: usize
  aStep: usize
  /** Room for A, packed by rows (K · ⌈M/4⌉ · 16 bytes); 0 when it is used as it lies. */
  aPacked: usize
  /** Packed by columns. */
  b: usize
  /** Row-major. */
  c: usize
}

/** C = A · B: each part makes some of the rows, in whole tiles. */
export function gemmTask(args: usize, part: i32, parts: i32): void {
  const p = changetype<Product>(args)
  const N = p.N, K = p.K, aRow = p.aRow, aStep = p.aStep
  const tiles = (p.M + 3) >> 2
  const first = tiles * part / parts * 4
  const M = min(p.M, tiles * (part + 1) / parts * 4) - first
  if (M <= 0) return
  const a = p.a + first * aRow, c = p.c + first * N * 4
  if (p.aPacked) {
    const packed = p.aPacked + first * K * 4
    packRows(M, K, a, aRow, aStep, packed)
    gemm(M, N, K, packed, K * 16, 4, 16, p.b, c, N * 4, false)
  } else gemm(M, N, K, a, aRow * 4, aRow, aStep, p.b, c, N * 4, false)
}
