import { reshape, type Shape, sameShape, sum } from '@unroll/tensor'
import type { Meta } from '../tape.js'
import type { Variable } from '../variable.js'
import { unary } from './define.js'
import { cast, expand } from './reshape.js'
import { rule } from './rule.js'

/** dx made to fit the operand that it belongs to: summed over what was broadcast, and of its dtype. */
export function fitTo(dx: Variable, { shape, dtype }: Meta): Variable {
  const summed = sameShape(dx.shape, shape) ? dx : unbroadcast(dx, shape)
  return summed.dtype === dtype ? summed : cast(summed, dtype)
}

/**
 * The opposite of broadcasting to a larger shape: what was repeated is summed.
 * Itself an op, whose gradient is that broadcast.
 */
export function unbroadcast(x: Variable, shape: Shape): Variable {
  const lead = x.rank - shape.length
  const repeated = x.shape
    .map((_, axis) => axis)
    .filter((axis) => axis < lead || (shape[axis - lead] === 1 && x.shape[axis] !== 1))
  return unary(
    'unbroadcast',
    x,
    (v) => reshape(sum(v, repeated), shape),
    rule([], (dy, { x }) => expand(dy, x.shape)),
  )
}
