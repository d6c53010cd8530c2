import * as T from '@unroll/tensor'
import type { Operand, Variable } from '../variable.js'
import { unary } from './define.js'
import { rule } from './rule.js'

/** Every op here only rearranges; its gradient is rearranged back. */
const reshapeBack = rule([], (dy, { x }) => reshape(dy, x.shape))

/** y = x in another shape;  dx = dy in x's */
export function reshape(x: Operand, shape: T.Shape): Variable {
  return unary('reshape', x, (v) => T.reshape(v, shape), reshapeBack)
}

/** The axes from `start` to `end` (both included) as one. */
export function flatten(x: Operand, start = 0, end = -1): Variable {
  return unary('flatten', x, (v) => T.flatten(v, start, end), reshapeBack)
}

/** Without the axes named, or without all axes of length 1. */
export function squeeze(x: Operand, axis?: number | readonly number[]): Variable {
  return unary('squeeze', x, (v) => T.squeeze(v, axis), reshapeBack)
}

/** With a new axis of length 1. */
export function unsqueeze(x: Operand, axis: number): Variable {
  return unary('unsqueeze', x, (v) => T.unsqueeze(v, axis), reshapeBack)
}

/** y = x with two axes swapped;  dx = dy with them swapped back */
export function transpose(x: Operand, axis0 = -2, axis1 = -1): Variable {
  return unary(
    'transpose',
    x,
    (v) => T.transpose(v, axis0, axis1),
    rule([], (dy) => transpose(dy, axis0, axis1)),
  )
}

/** y = x with its axes in another order;  dx = dy with them put back */
export function permute(x: Operand, order: readonly number[]): Variable {
  return unary(
    'permute',
    x,
    (v) => T.permute(v, order),
    rule([], (dy, { x }) => {
      const axes = T.normalizeAxes('permute', order, x.shape.length)
      return permute(
        dy,
        axes.map((_, axis) => axes.indexOf(axis)),
      )
    }),
  )
}

/** y = x repeated to a larger shape;  dx = dy summed over what was repeated (which every rule's result is) */
export function expand(x: Operand, shape: T.Shape): Variable {
  return unary(
    'expand',
    x,
    (v) => T.expand(v, shape),
    rule([], (dy) => dy),
  )
}

/** y = x, its elements in row-major order */
export function contiguous(x: Operand): Variable {
  return unary(
    'contiguous',
    x,
    T.contiguous,
    rule([], (dy) => dy),
  )
}

/** y = a copy of x;  dx = dy */
export function copy(x: Operand): Variable {
  return unary(
    'copy',
    x,
    T.copy,
    rule([], (dy) => dy),
  )
}

/** y = x converted to `dtype`;  dx = dy converted back. Ints have no gradient. */
export function cast(x: Operand, dtype: T.DType): Variable {
  return unary(
    'cast',
    x,
    (v) => T.cast(v, dtype),
    rule([], (dy, { x }) => cast(dy, x.dtype)),
  )
}
