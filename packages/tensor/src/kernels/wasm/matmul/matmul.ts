import type { TypedArray } from '../../../dtype.js'
import { sizeOf } from '../../../shape.js'
import type { Strided } from '../../kernels.js'
import { reference } from '../../reference/index.js'
import { eachRow } from '../../reference/rows.js'
import { leadingAxes, transposed } from '../../reference/strided.js'
import { type Engine, engineFor, localEngine } from '../engine.js'
import { place } from '../operand.js'
import { fewRows, hasLines, timesByLines, timesLines } from './few-rows.js'
import { timesPacked } from './packed.js'
import { productOf } from './product.js'

/**
 * c[…, m, n] = Σ_k a[…, m, k] · b[…, k, n]
 *
 * Sums are float32, where the reference's are float64: with u = 2⁻²⁴, |c − Σ ab| ≤ (K + 1) u Σ |a| |b| to first
 * order (Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., eq. 3.5), and what passes float32's
 * range on the way is infinite. The order in which a sum is taken depends on the shapes and on how the operands
 * lie, never on the number of threads.
 */
export function matmul(a: Strided, b: Strided): TypedArray {
  const empty = a.shape.includes(0) || b.shape.includes(0)
  if (empty || !(a.storage.data instanceof Float32Array)) return reference.matmul(a, b)
  const [A, B] = stacked(a, b)
  const { M, N, K, aStep } = productOf(A, B)
  const single = A.shape.length === 2
  // Few columns are made as few rows: (a b)ᵀ = bᵀ aᵀ. A single one is a row anyhow, more come as dot products.
  const turned = N < M && (N === 1 || (N < fewColumns && aStep === 4 && single))
  const engine = (turned ? N : M) < fewRows ? localEngine() : engineFor(2 * M * N * K)
  if (!engine) return reference.matmul(a, b)
  return engine.scope(() =>
    turned ? times(engine, transposed(B), transposed(A), 4, N * 4) : times(engine, A, B, N * 4, 4),
  )
}

/** Below a tile's width, of which the rest would be made for nothing. */
const fewColumns = 8

/** Matrices of a that meet the same b, and lie one below the other, as one matrix. */
function stacked(a: Strided, b: Strided): [Strided, Strided] {
  const last = a.shape.length - 2
  let lead = last
  let M = a.shape[last]
  let row = a.strides[last]
  for (; lead > 0; lead--) {
    const length = a.shape[lead - 1]
    const stride = a.strides[lead - 1]
    if (length === 1) continue
    if (b.strides[lead - 1] !== 0 || (M > 1 && stride !== M * row)) break
    if (M === 1) row = stride
    M *= length
  }
  if (lead === last) return [a, b]
  return [withRows(a, lead, M, row), withRows(b, lead, b.shape[last], b.strides[last])]
}

/** x with its first `lead` axes, an axis of these rows, and its last axis. */
function withRows(x: Strided, lead: number, rows: number, stride: number): Strided {
  return {
    storage: x.storage,
    shape: [...x.shape.slice(0, lead), rows, ...x.shape.slice(-1)],
    strides: [...x.strides.slice(0, lead), stride, ...x.strides.slice(-1)],
    offset: x.offset,
  }
}

/** Each product, its element (m, n) at cRow · m + cColumn · n, in bytes. */
function times(engine: Engine, a: Strided, b: Strided, cRow: number, cColumn: number): Float32Array {
  const { M, bRow, bColumn } = productOf(a, b)
  if (a.shape.length === 2 && M < fewRows && (bRow === 4 || bColumn === 4))
    return timesByLines(engine, a, b, cRow, cColumn)
  const left = place(engine, a)
  if (M >= fewRows || !hasLines(productOf(left, b)))
    return timesEach(engine, left, b, timesPacked(engine, productOf(left, b), b))
  const right = place(engine, b)
  const multiply = timesLines(engine, productOf(left, right))
  return timesEach(engine, left, right, (atA, atB, c) => multiply(atA, atB * 4, c))
}

/** The product of each pair of matrices, told by a pointer to a's, the offset of b's and where to. */
function timesEach(
  engine: Engine,
  a: Strided,
  b: Strided,
  multiply: (a: number, offset: number, c: number) => void,
): Float32Array {
  const lead = a.shape.length - 2
  const batch = a.shape.slice(0, lead)
  const each = a.shape[lead] * b.shape[lead + 1]
  const size = sizeOf(batch) * each
  const c = engine.reserve(size * 4)
  eachRow(
    batch,
    [leadingAxes(a, lead), leadingAxes(b, lead)],
    (start, length, [atA, atB], [stepA, stepB]) => {
      for (let i = 0; i < length; i++)
        multiply((atA + i * stepA) * 4, atB + i * stepB, c + (start + i) * each * 4)
    },
  )
  return engine.read(c, size)
}
