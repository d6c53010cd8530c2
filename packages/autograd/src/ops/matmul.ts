import * as T from '@unroll/tensor'
import { toVariable } from '../operand.js'
import type { Operand, Variable } from '../variable.js'
import { binary } from './define.js'
import { reshape, squeeze, transpose, unsqueeze } from './reshape.js'
import { rule } from './rule.js'

/**
 * y = a b;  da = dy bᵀ,  db = aᵀ dy
 *
 * Vectors and leading axes by NumPy's rules: see `matmul` of `@unroll/tensor`.
 */
export function matmul(a: Operand, b: Operand): Variable {
  const left = toVariable('matmul', a)
  const right = toVariable('matmul', b)
  const inner = right.shape[Math.max(right.rank - 2, 0)]
  if (left.shape[left.rank - 1] !== inner) return product(left, right) // refused there, with the shapes as given
  if (left.rank === 1) return squeeze(matmul(unsqueeze(left, 0), right), right.rank === 1 ? 0 : -2)
  if (right.rank === 1) return squeeze(matmul(left, unsqueeze(right, 1)), -1)
  // One matrix for a whole batch: its rows are one long matrix, and db is one product instead of a sum of many.
  if (left.rank > 2 && right.rank === 2) {
    const [rows, columns] = [left.shape.slice(0, -1), right.shape[1]]
    return reshape(product(reshape(left, [T.sizeOf(rows), right.shape[0]]), right), [...rows, columns])
  }
  return product(left, right)
}

function product(a: Variable, b: Variable): Variable {
  return binary(
    'matmul',
    a,
    b,
    (left, right) => T.matmul(left as T.Tensor, right as T.Tensor),
    rule(['b'], (dy, { b }) => product(dy, transpose(b))),
    rule(['a'], (dy, { a }) => product(transpose(a), dy)),
  )
}
