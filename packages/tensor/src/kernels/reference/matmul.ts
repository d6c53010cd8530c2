import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, leadingAxes } from './strided.js'

/** c[…, m, n] = Σ_k a[…, m, k] · b[…, k, n] */
export function matmul(a: Strided, b: Strided): TypedArray {
  const lead = a.shape.length - 2
  const [M, K] = a.shape.slice(lead)
  const N = b.shape[lead + 1]
  const batch = a.shape.slice(0, lead)
  const c = allocate(dtypeOfStrided(a), sizeOf(batch) * M * N)
  eachRow(
    batch,
    [leadingAxes(a, lead), leadingAxes(b, lead)],
    (start, length, [atA, atB], [stepA, stepB]) => {
      for (let i = 0; i < length; i++) {
        const left = matrix(a, atA + i * stepA)
        const right = matrix(b, atB + i * stepB)
        multiply(left, right, { data: c, start: (start + i) * M * N, rowStep: N, columnStep: 1 }, M, K, N)
      }
    },
  )
  return c
}

/** Element (m, n) stands at data[start + m · rowStep + n · columnStep]. */
interface Matrix {
  readonly data: TypedArray
  readonly start: number
  readonly rowStep: number
  readonly columnStep: number
}

/** The last two axes of x, from `start` on. */
function matrix({ storage, strides }: Strided, start: number): Matrix {
  const [rowStep, columnStep] = strides.slice(-2)
  return { data: storage.data, start, rowStep, columnStep }
}

/** x without its first `row` rows and `column` columns. */
function from({ data, start, rowStep, columnStep }: Matrix, row: number, column: number): Matrix {
  return { data, start: start + row * rowStep + column * columnStep, rowStep, columnStep }
}

/** The result is made in tiles of 4 × 4, and what is left at the right and lower edges one by one. */
function multiply(a: Matrix, b: Matrix, c: Matrix, M: number, K: number, N: number): void {
  for (let m = 0; m < M; m += 4) {
    const rows = from(a, m, 0)
    for (let n = 0; n < N; n += 4) {
      const columns = from(b, 0, n)
      const tile = from(c, m, n)
      if (m + 4 <= M && n + 4 <= N) multiplyTile(rows, columns, tile, K)
      else multiplyEdge(rows, columns, tile, Math.min(4, M - m), K, Math.min(4, N - n))
    }
  }
}

/**
 * 16 running sums, in float64 registers, for which 4 values of a and 4 of b are read at each k, where
 * a plain triple loop would read 32.
 */
// biome-ignore format: the tile, as it lies
function multiplyTile(a: Matrix, b: Matrix, c: Matrix, K: number): void {
  const { data: A, rowStep: row, columnStep: stepA } = a
  const { data: B, columnStep: column, rowStep: stepB } = b
  let c00 = 0, c01 = 0, c02 = 0, c03 = 0
  let c10 = 0, c11 = 0, c12 = 0, c13 = 0
  let c20 = 0, c21 = 0, c22 = 0, c23 = 0
  let c30 = 0, c31 = 0, c32 = 0, c33 = 0
  for (let k = 0, i = a.start, j = b.start; k < K; k++, i += stepA, j += stepB) {
    const a0 = A[i], a1 = A[i + row], a2 = A[i + 2 * row], a3 = A[i + 3 * row]
    const b0 = B[j], b1 = B[j + column], b2 = B[j + 2 * column], b3 = B[j + 3 * column]
    c00 += a0 * b0; c01 += a0 * b1; c02 += a0 * b2; c03 += a0 * b3
    c10 += a1 * b0; c11 += a1 * b1; c12 += a1 * b2; c13 += a1 * b3
    c20 += a2 * b0; c21 += a2 * b1; c22 += a2 * b2; c23 += a2 * b3
    c30 += a3 * b0; c31 += a3 * b1; c32 += a3 * b2; c33 += a3 * b3
  }
  store(c, 0, c00, c01, c02, c03)
  store(c, 1, c10, c11, c12, c13)
  store(c, 2, c20, c21, c22, c23)
  store(c, 3, c30, c31, c32, c33)
}

function store(
  { data, start, rowStep }: Matrix,
  row: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
) {
  const at = start + row * rowStep
  data[at] = c0
  data[at + 1] = c1
  data[at + 2] = c2
  data[at + 3] = c3
}

/** Fewer than 4 rows or columns, one element after another. */
function multiplyEdge(a: Matrix, b: Matrix, c: Matrix, rows: number, K: number, columns: number): void {
  for (let m = 0; m < rows; m++) {
    for (let n = 0; n < columns; n++) {
      let sum = 0
      let i = a.start + m * a.rowStep
      let j = b.start + n * b.columnStep
      for (let k = 0; k < K; k++, i += a.columnStep, j += b.rowStep) sum += a.data[i] * b.data[j]
      c.data[c.start + m * c.rowStep + n] = sum
    }
  }
}
