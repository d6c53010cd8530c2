import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, leadingAxes } from './strided.js'

/**
 * c[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]
 *
 * The result is made in 4 × 4 tiles: 16 running sums in registers, for which 4 values of a and 4 of
 * b are read at each k, where a plain triple loop would read 32. The sums are float64.
 */
export function matmul(a: Strided, b: Strided): TypedArray {
  const rank = a.shape.length
  const [M, K] = a.shape.slice(-2)
  const N = b.shape[rank - 1]
  const batch = a.shape.slice(0, -2)
  const c = allocate(dtypeOfStrided(a), sizeOf(batch) * M * N)
  const left: Matrix = { data: a.storage.data, rowStep: a.strides[rank - 2], columnStep: a.strides[rank - 1] }
  const right: Matrix = {
    data: b.storage.data,
    rowStep: b.strides[rank - 2],
    columnStep: b.strides[rank - 1],
  }
  eachRow(
    batch,
    [leadingAxes(a, rank - 2), leadingAxes(b, rank - 2)],
    (start, length, [atA, atB], [stepA, stepB]) => {
      for (let i = 0; i < length; i++)
        multiply(left, atA + i * stepA, right, atB + i * stepB, c, (start + i) * M * N, M, K, N)
    },
  )
  return c
}

interface Matrix {
  data: TypedArray
  rowStep: number
  columnStep: number
}

function multiply(
  a: Matrix,
  atA: number,
  b: Matrix,
  atB: number,
  c: TypedArray,
  atC: number,
  M: number,
  K: number,
  N: number,
): void {
  for (let m = 0; m < M; m += 4) {
    for (let n = 0; n < N; n += 4) {
      const startA = atA + m * a.rowStep
      const startB = atB + n * b.columnStep
      const startC = atC + m * N + n
      if (m + 4 <= M && n + 4 <= N) tile(a, startA, b, startB, c, startC, K, N)
      else edge(a, startA, b, startB, c, startC, K, N, Math.min(4, M - m), Math.min(4, N - n))
    }
  }
}

function tile(
  a: Matrix,
  atA: number,
  b: Matrix,
  atB: number,
  c: TypedArray,
  atC: number,
  K: number,
  N: number,
): void {
  const { data: A, rowStep: rowA, columnStep: stepA } = a
  const { data: B, rowStep: stepB, columnStep: columnB } = b
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0 // biome-ignore format: the tile, as it lies
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0 // biome-ignore format: the tile, as it lies
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0 // biome-ignore format: the tile, as it lies
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0 // biome-ignore format: the tile, as it lies
  for (let k = 0; k < K; k++, atA += stepA, atB += stepB) {
    const a0 = A[atA]
    const a1 = A[atA + rowA]
    const a2 = A[atA + 2 * rowA]
    const a3 = A[atA + 3 * rowA]
    const b0 = B[atB]
    const b1 = B[atB + columnB]
    const b2 = B[atB + 2 * columnB]
    const b3 = B[atB + 3 * columnB]
    c00 += a0 * b0
    c01 += a0 * b1
    c02 += a0 * b2
    c03 += a0 * b3 // biome-ignore format: the tile, as it lies
    c10 += a1 * b0
    c11 += a1 * b1
    c12 += a1 * b2
    c13 += a1 * b3 // biome-ignore format: the tile, as it lies
    c20 += a2 * b0
    c21 += a2 * b1
    c22 += a2 * b2
    c23 += a2 * b3 // biome-ignore format: the tile, as it lies
    c30 += a3 * b0
    c31 += a3 * b1
    c32 += a3 * b2
    c33 += a3 * b3 // biome-ignore format: the tile, as it lies
  }
  const rows = [[c00, c01, c02, c03], [c10, c11, c12, c13], [c20, c21, c22, c23], [c30, c31, c32, c33]] // biome-ignore format: the tile, as it lies
  for (let m = 0; m < 4; m++) c.set(rows[m], atC + m * N)
}

/** What is left at the right and lower edges: fewer than 4 rows or columns. */
function edge(
  a: Matrix,
  atA: number,
  b: Matrix,
  atB: number,
  c: TypedArray,
  atC: number,
  K: number,
  N: number,
  rows: number,
  columns: number,
): void {
  for (let m = 0; m < rows; m++) {
    for (let n = 0; n < columns; n++) {
      let sum = 0
      for (let k = 0; k < K; k++)
        sum += a.data[atA + m * a.rowStep + k * a.columnStep] * b.data[atB + k * b.rowStep + n * b.columnStep]
      c[atC + m * N + n] = sum
    }
  }
}
