import * as T from '@unroll/tensor'
import { valueOf } from '../operand.js'
import { type Operand, Variable } from '../variable.js'

/*
 * Ops whose results are bools or indices: they are constant almost everywhere, and have no gradient.
 * They take variables like every other op, and give constants.
 */

export const equal = constantBinary('equal', T.equal)
export const notEqual = constantBinary('notEqual', T.notEqual)
export const less = constantBinary('less', T.less)
export const lessEqual = constantBinary('lessEqual', T.lessEqual)
export const greater = constantBinary('greater', T.greater)
export const greaterEqual = constantBinary('greaterEqual', T.greaterEqual)

export const isFinite = constantUnary('isFinite', T.isFinite)
export const logicalNot = constantUnary('logicalNot', T.logicalNot)
export const all = constantUnary('all', T.all)
export const any = constantUnary('any', T.any)
export const argmax = constantUnary('argmax', T.argmax)
export const argmin = constantUnary('argmin', T.argmin)

function constantUnary<Rest extends unknown[]>(
  op: string,
  forward: (x: T.TensorLike, ...rest: Rest) => T.Tensor,
) {
  return (x: Operand, ...rest: Rest): Variable => new Variable(forward(valueOf(op, x), ...rest))
}

function constantBinary(op: string, forward: (a: T.TensorLike, b: T.TensorLike) => T.Tensor) {
  return (a: Operand, b: Operand): Variable => new Variable(forward(valueOf(op, a), valueOf(op, b)))
}
