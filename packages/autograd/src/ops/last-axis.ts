import * as T from '@unroll/tensor'
import type { Operand, Variable } from '../variable.js'
import { mul, sub } from './arithmetic.js'
import { unary } from './define.js'
import { exp } from './elementwise.js'
import { sum } from './reduce.js'
import { rule } from './rule.js'
import { flip } from './slice.js'

/** yᵢ = Σ_{j ≤ i} xⱼ;  dxⱼ = Σ_{i ≥ j} dyᵢ */
export function cumsum(x: Operand, axis = -1): Variable {
  return unary(
    'cumsum',
    x,
    (v) => T.cumsum(v, axis),
    rule([], (dy) => flip(cumsum(flip(dy, axis), axis), axis)),
  )
}

/** yᵢ = e^xᵢ / Σ e^x;  dx = y · (dy − Σ dy · y) */
export function softmax(x: Operand, axis = -1): Variable {
  return unary(
    'softmax',
    x,
    (v) => T.softmax(v, axis),
    rule(['y'], (dy, { y }) => mul(y, sub(dy, sum(mul(dy, y), axis, { keepDims: true })))),
  )
}

/** yᵢ = xᵢ − log Σ e^x;  dx = dy − e^y · Σ dy */
export function logSoftmax(x: Operand, axis = -1): Variable {
  return unary(
    'logSoftmax',
    x,
    (v) => T.logSoftmax(v, axis),
    rule(['y'], (dy, { y }) => sub(dy, mul(exp(y), sum(dy, axis, { keepDims: true })))),
  )
}
