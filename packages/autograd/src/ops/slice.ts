import * as T from '@unroll/tensor'
import type { Operand, Variable } from '../variable.js'
import { unary } from './define.js'
import { rule } from './rule.js'

/** y = a part of x;  dx = dy in its place, 0 elsewhere */
export function slice(x: Operand, ...specs: T.SliceSpec[]): Variable {
  return unary(
    'slice',
    x,
    (v) => T.slice(v, ...specs),
    rule([], (dy, { x }) => embed(dy, x.shape, specs)),
  )
}

/** y = zeros of `shape`, with x in the place that the specs name;  dx = that part of dy */
function embed(x: Variable, shape: T.Shape, specs: readonly T.SliceSpec[]): Variable {
  return unary(
    'embed',
    x,
    (v) => T.embed(v, shape, specs),
    rule([], (dy) => slice(dy, ...specs)),
  )
}

/** y = x backwards along the axes;  dx = dy backwards */
export function flip(x: Operand, axis?: number | readonly number[]): Variable {
  return unary(
    'flip',
    x,
    (v) => T.flip(v, axis),
    rule([], (dy) => flip(dy, axis)),
  )
}

/** y = x with a border;  dx = dy without it */
export function pad(
  x: Operand,
  widths: readonly (readonly [before: number, after: number])[],
  value = 0,
): Variable {
  return unary(
    'pad',
    x,
    (v) => T.pad(v, widths, value),
    rule([], (dy, { x }) =>
      slice(dy, ...widths.map(([before], a): T.SliceSpec => [before, before + x.shape[a]])),
    ),
    { value },
  )
}
