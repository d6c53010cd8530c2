import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { type TensorLike, toTensor } from '../operand.js'
import {
  checkShape,
  formatShape,
  normalizeAxes,
  normalizeAxis,
  rowMajorStrides,
  type Shape,
  sizeOf,
} from '../shape.js'
import type { Tensor } from '../tensor.js'
import { madeOf } from './made-of.js'

/** x itself when its elements lie in row-major order, else a copy in which they do. */
export function contiguous(x: Tensor): Tensor {
  return x.isContiguous ? x : copy(x)
}

/** A copy that shares nothing with x. */
export function copy(x: Tensor): Tensor {
  return madeOf([x], kernelsOf('copy', x.dtype, x).copy(x, x.dtype), x.shape)
}

/**
 * The elements, in row-major order, in another shape; one length may be -1 and is worked out.
 * A view when x is contiguous, else a copy.
 * @throws UnrollError when the sizes differ.
 */
export function reshape(x: TensorLike, shape: Shape): Tensor {
  const source = contiguous(toTensor('reshape', x))
  const target = inferShape(source.shape, shape)
  return source.view(target, rowMajorStrides(target), source.offset)
}

/** The axes from `start` to `end` (both included) as one. */
export function flatten(x: TensorLike, start = 0, end = -1): Tensor {
  const source = toTensor('flatten', x)
  if (source.rank === 0) return reshape(source, [1])
  const first = normalizeAxis('flatten', start, source.rank)
  const last = normalizeAxis('flatten', end, source.rank)
  if (first > last) fail('flatten', `start axis ${start} comes after end axis ${end}`)
  const { shape } = source
  return reshape(source, [
    ...shape.slice(0, first),
    sizeOf(shape.slice(first, last + 1)),
    ...shape.slice(last + 1),
  ])
}

/** Two axes swapped: by default the last two. A view. */
export function transpose(x: TensorLike, axis0 = -2, axis1 = -1): Tensor {
  const source = toTensor('transpose', x)
  const order = source.shape.map((_, axis) => axis)
  const first = normalizeAxis('transpose', axis0, source.rank)
  const second = normalizeAxis('transpose', axis1, source.rank)
  order[first] = second
  order[second] = first
  return permute(source, order)
}

/** The axes in another order: axis i of the result is axis `order[i]` of x. A view. */
export function permute(x: TensorLike, order: readonly number[]): Tensor {
  const source = toTensor('permute', x)
  const axes = normalizeAxes('permute', order, source.rank)
  if (axes.length !== source.rank)
    fail(
      'permute',
      `wants each of the ${source.rank} axes of ${formatShape(source.shape)} once, got [${axes.join(', ')}]`,
    )
  return source.view(
    axes.map((a) => source.shape[a]),
    axes.map((a) => source.strides[a]),
    source.offset,
  )
}

/**
 * Without the axes named, which must have length 1; without all such axes when none is named. A view.
 * @throws UnrollError when an axis named has another length.
 */
export function squeeze(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const source = toTensor('squeeze', x)
  const { shape } = source
  const gone =
    axis === undefined
      ? shape.map((_, a) => a).filter((a) => shape[a] === 1)
      : normalizeAxes('squeeze', axis, source.rank)
  for (const a of gone)
    if (shape[a] !== 1) fail('squeeze', `axis ${a} of ${formatShape(shape)} has length ${shape[a]}, want 1`)
  const keep = <T>(values: readonly T[]) => values.filter((_, a) => !gone.includes(a))
  return source.view(keep(shape), keep(source.strides), source.offset)
}

/** With a new axis of length 1 at `axis` of the result. A view. */
export function unsqueeze(x: TensorLike, axis: number): Tensor {
  const source = toTensor('unsqueeze', x)
  const at = normalizeAxis('unsqueeze', axis, source.rank + 1)
  const insert = (values: readonly number[], value: number) => [
    ...values.slice(0, at),
    value,
    ...values.slice(at),
  ]
  return source.view(insert(source.shape, 1), insert(source.strides, 0), source.offset)
}

/**
 * Repeated along new leading axes and axes of length 1 until it has `shape`; -1 keeps an axis as it
 * is. A view: nothing is copied.
 */
export function expand(x: TensorLike, shape: Shape): Tensor {
  const source = toTensor('expand', x)
  const lead = checkShape('expand', shape, -1).length - source.rank
  const target = shape.map((length, axis) => (length === -1 ? (source.shape[axis - lead] ?? -1) : length))
  return source.broadcastTo(checkShape('expand', target), 'expand')
}

function inferShape(from: Shape, shape: Shape): Shape {
  const size = sizeOf(from)
  const known = checkShape('reshape', shape, -1).filter((length) => length !== -1)
  const problem = (why: string) =>
    fail('reshape', `${formatShape(from)} (${size} elements) to ${formatShape(shape)}: ${why}`)
  if (known.length === shape.length) {
    if (sizeOf(shape) !== size) problem(`want ${sizeOf(shape)} elements`)
    return [...shape]
  }
  const rest = sizeOf(known)
  if (shape.length - known.length > 1) problem('only one length may be -1')
  if (rest === 0 || size % rest !== 0)
    problem(`${size} is not a multiple of ${rest}, so -1 cannot be worked out`)
  return shape.map((length) => (length === -1 ? size / rest : length))
}
