/*
 * Operands in panels, in which the numbers of several rows (of A) or columns (of B) stand side by side for each k:
 * so a tile reads them from first to last. Any strides, in bytes.
 */

/** B in panels of 8 columns, in each of which k runs slowest; beyond the last column, zeros. `to`: K · ⌈N/8⌉ · 32 bytes. */
export function packColumns(K: i32, N: i32, b: usize, bRow: usize, bColumn: usize, to: usize): void {
  packInto(K, N, b, bRow, bColumn, to, K * 32)
}

/** The same, into panels that are `panel` bytes apart: K may be a part of the k's that they have room for. */
export function packInto(K: i32, N: i32, b: usize, bRow: usize, bColumn: usize, to: usize, panel: usize): void {
  if (bColumn == 4)
    for (; N >= 16; N -= 16, b += 64, to += 2 * panel) copy16(K, b, bRow, to, to + 16, to + panel, to + panel + 16, 32)
  for (; N > 0; N -= 8, b += 8 * bColumn, to += panel) {
    pack4(K, N, b, bColumn, bRow, to, 32)
    pack4(K, N - 4, b + 4 * bColumn, bColumn, bRow, to + 16, 32)
  }
}

/** A in panels of 4 rows, in each of which k runs slowest; below the last row, zeros. `to`: K · ⌈M/4⌉ · 16 bytes. */
export function packRows(M: i32, K: i32, a: usize, aRow: usize, aStep: usize, to: usize): void {
  const panel = K * 16
  if (aRow == 4)
    for (; M >= 16; M -= 16, a += 64, to += 4 * panel)
      copy16(K, a, aStep, to, to + panel, to + 2 * panel, to + 3 * panel, 16)
  for (; M > 0; M -= 4, a += 4 * aRow, to += panel) pack4(K, M, a, aRow, aStep, to, 16)
}

/** For each k 16 neighbours, a line of the cache, in four vectors to four places. */
function copy16(
  K: i32, x: usize, step: usize, to0: usize, to1: usize, to2: usize, to3: usize, toStep: usize,
): void {
  for (let k = 0; k < K; k++) {
    const x0 = v128.load(x), x1 = v128.load(x, 16), x2 = v128.load(x, 32), x3 = v128.load(x, 48)
    v128.store(to0, x0); v128.store(to1, x1); v128.store(to2, x2); v128.store(to3, x3)
    x += step; to0 += toStep; to1 += toStep; to2 += toStep; to3 += toStep
  }
}

/** For each k 4 numbers, `line` apart, to one vector: zeros beyond the first `count`. */
function pack4(K: i32, count: i32, x: usize, line: usize, step: usize, to: usize, toStep: usize): void {
  const line2 = line * 2, line3 = line * 3
  let k = 0
  if (count >= 4 && line == 4) {
    for (; k < K; k++, x += step, to += toStep) v128.store(to, v128.load(x))
  } else if (count >= 4 && step == 4) {
    for (; k + 4 <= K; k += 4, x += 16) {
      const x0 = v128.load(x), x1 = v128.load(x + line), x2 = v128.load(x + line2), x3 = v128.load(x + line3)
      // A transposition of 4 by 4: each number to its neighbour of the same k, then each pair.
      const p0 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), p1 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5)
      const q0 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7), q1 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7)
      v128.store(to, v128.shuffle<f64>(p0, p1, 0, 2)); to += toStep
      v128.store(to, v128.shuffle<f64>(p0, p1, 1, 3)); to += toStep
      v128.store(to, v128.shuffle<f64>(q0, q1, 0, 2)); to += toStep
      v128.store(to, v128.shuffle<f64>(q0, q1, 1, 3)); to += toStep
    }
  }
  for (; k < K; k++, x += step, to += toStep) {
    let y = f32x4.splat(0)
    if (count > 0) y = v128.load32_zero(x)
    if (count > 1) y = v128.load_lane<f32>(x + line, y, 1)
    if (count > 2) y = v128.load_lane<f32>(x + line2, y, 2)
    if (count > 3) y = v128.load_lane<f32>(x + line3, y, 3)
    v128.store(to, y)
  }
}
