import type { Strided } from '../../kernels.js'

/** A product of matrices, c[m, n] = Σ_k a[m, k] · b[k, n], the strides in bytes. */
export interface Product {
  readonly M: number
  readonly N: number
  readonly K: number
  readonly aRow: number
  readonly aStep: number
  readonly bRow: number
  readonly bColumn: number
}

/** The product of the last two axes of operands. */
export function productOf(a: Strided, b: Strided): Product {
  const last = a.shape.length - 1
  return {
    M: a.shape[last - 1],
    N: b.shape[last],
    K: a.shape[last],
    aRow: a.strides[last - 1] * 4,
    aStep: a.strides[last] * 4,
    bRow: b.strides[last - 1] * 4,
    bColumn: b.strides[last] * 4,
  }
}
