import * as T from '@unroll/tensor'
import { toVariable } from '../operand.js'
import { metaOf } from '../tape.js'
import { type Operand, Variable } from '../variable.js'
import { record } from './record.js'
import { fitTo } from './unbroadcast.js'

/** y = [x₁ x₂ …] along an axis;  [dx₁ dx₂ …] = dy */
export function concat(list: readonly Operand[], axis = 0): Variable {
  const parts = list.map((x) => toVariable('concat', x))
  return joined('concat', parts, (values) => T.concat(values, axis), divideBy(parts, axis))
}

/** y = tensors of one shape along a new axis;  each dx is its slice of dy */
export function stack(list: readonly Operand[], axis = 0): Variable {
  const parts = list.map((x) => toVariable('stack', x))
  return joined(
    'stack',
    parts,
    (values) => T.stack(values, axis),
    (dy) => unbind(dy, axis),
  )
}

/** y₁, y₂, … = parts of x along an axis;  dx = [dy₁ dy₂ …] */
export function split(x: Operand, size: number | readonly number[], axis = 0): Variable[] {
  const source = toVariable('split', x)
  return parted('split', source, T.split(source.value, size, axis), (dys) => concat(dys, axis))
}

/** x in `count` parts along an axis: see `chunk` of `@unroll/tensor`. */
export function chunk(x: Operand, count: number, axis = 0): Variable[] {
  const source = toVariable('chunk', x)
  return parted('chunk', source, T.chunk(source.value, count, axis), (dys) => concat(dys, axis))
}

/** y₁, y₂, … = the slices of x along an axis;  dx = the dy stacked */
export function unbind(x: Operand, axis = 0): Variable[] {
  const source = toVariable('unbind', x)
  return parted('unbind', source, T.unbind(source.value, axis), (dys) => stack(dys, axis))
}

/** Several variables made into one; `divide` gives each its part of the gradient. */
function joined(
  op: string,
  parts: readonly Variable[],
  forward: (values: T.Tensor[]) => T.Tensor,
  divide: (dy: Variable) => Variable[],
): Variable {
  const metas = parts.map(({ value }) => metaOf(value))
  const value = forward(parts.map((x) => x.value))
  const [y] = record(op, [value], parts, ([dy]) => (dy ? divide(dy).map((dx, i) => fitTo(dx, metas[i])) : []))
  return y
}

/** How `concat` is undone. Made here, so that the tape holds on to the sizes and not to the parts. */
function divideBy(parts: readonly Variable[], axis: number): (dy: Variable) => Variable[] {
  const sizes = parts.map(({ shape }) => shape[axis < 0 ? axis + shape.length : axis])
  return (dy) => split(dy, sizes, axis)
}

/** Parts of one tensor are recorded together, so that their gradients are joined once and not added up one by one. */
function parted(
  op: string,
  x: Variable,
  values: readonly T.Tensor[],
  join: (dys: Variable[]) => Variable,
): Variable[] {
  const shapes = values.map(({ shape }) => shape)
  const { dtype } = x
  return record(op, values, [x], (dys) => [
    join(shapes.map((shape, i) => dys[i] ?? new Variable(T.zeros(shape, { dtype })))),
  ])
}
