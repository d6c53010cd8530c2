import * as T from '@unroll/tensor'
import { type Operand, Variable } from '../variable.js'
import { binary, unary } from './define.js'
import { rule } from './rule.js'

/** Indices are constants: int32, off the tape. */
export type Index = T.Tensor | Variable

/** y[…, i, …] = x[…, index[…, i, …], …];  dx collects dy at the places it was read from */
export function gather(x: Operand, axis: number, index: Index): Variable {
  const at = indexOf(index)
  return unary(
    'gather',
    x,
    (v) => T.gather(v, axis, at),
    rule([], (dy, { x }) => scatterAdd(T.zeros(x.shape, { dtype: dy.dtype }), axis, at, dy)),
    { index: at },
  )
}

/** y = the slices of x that a vector of ints names;  dx collects their dy */
export function indexSelect(x: Operand, axis: number, index: Index): Variable {
  const at = indexOf(index)
  return unary(
    'indexSelect',
    x,
    (v) => T.indexSelect(v, axis, at),
    rule([], (dy, { x }) => {
      const along = T.normalizeAxis('indexSelect', axis, x.shape.length)
      const column = T.reshape(
        at,
        x.shape.map((_, a) => (a === along ? at.size : 1)),
      )
      return scatterAdd(T.zeros(x.shape, { dtype: dy.dtype }), axis, T.expand(column, dy.shape), dy)
    }),
    { index: at },
  )
}

/** y = x with y[…, index[…, i, …], …] += source[…, i, …];  dx = dy,  dsource = dy gathered */
export function scatterAdd(x: Operand, axis: number, index: Index, source: Operand): Variable {
  const at = indexOf(index)
  return binary(
    'scatterAdd',
    x,
    source,
    (v, s) => T.scatterAdd(v, axis, at, s),
    rule([], (dy) => dy),
    rule([], (dy) => gather(dy, axis, at)),
    { index: at },
  )
}

function indexOf(index: Index): T.Tensor {
  return index instanceof Variable ? index.value : index
}
