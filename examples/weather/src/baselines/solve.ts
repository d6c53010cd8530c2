import { type Tensor, tensor } from '@unroll/tensor'

/**
 * Solves (A + λ I) W = B for W, where A [p, p] is symmetric and has no negative direction, as XᵀX has not. The last
 * unknown is a bias, which costs nothing: its λ is 0.
 *
 * By Cholesky's factors, A + λ I = L Lᵀ with L lower triangular: first L V = B from the top down, then Lᵀ W = V
 * from the bottom up.
 */
export function solve(A: Tensor, B: Tensor, ridge: number): Tensor {
  const L = A.toArray() as number[][]
  const W = B.toArray() as number[][]
  const p = L.length
  for (let i = 0; i < p - 1; i++) L[i][i] += ridge

  for (let j = 0; j < p; j++) {
    for (let k = 0; k < j; k++) for (let i = j; i < p; i++) L[i][j] -= L[i][k] * L[j][k]
    const root = Math.sqrt(L[j][j])
    for (let i = j; i < p; i++) L[i][j] /= root
  }
  for (const c of W[0].keys()) {
    for (let i = 0; i < p; i++) {
      for (let k = 0; k < i; k++) W[i][c] -= L[i][k] * W[k][c]
      W[i][c] /= L[i][i]
    }
    for (let i = p - 1; i >= 0; i--) {
      for (let k = i + 1; k < p; k++) W[i][c] -= L[k][i] * W[k][c]
      W[i][c] /= L[i][i]
    }
  }
  return tensor(W, { dtype: 'float64' })
}
