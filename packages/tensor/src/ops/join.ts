import { promote } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { toTensor } from '../operand.js'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../shape.js'
import type { Tensor } from '../tensor.js'
import { cast } from './define.js'
import { madeOf } from './made-of.js'
import { unsqueeze } from './reshape.js'
import { type SliceSpec, slice } from './slice.js'

/**
 * Tensors one after another along an axis; the other axes must agree.
 * @throws UnrollError when they do not, or there are none.
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  const parts = toTensorList('concat', tensors)
  const [first] = parts
  const along = normalizeAxis('concat', axis, first.rank)
  const except = (shape: Shape) => shape.filter((_, a) => a !== along)
  for (const part of parts)
    if (part.rank !== first.rank || !sameShape(except(part.shape), except(first.shape)))
      fail(
        'concat',
        `shapes must agree but along axis ${along}: ${parts.map((x) => formatShape(x.shape)).join(', ')}`,
      )
  const total = parts.reduce((length, x) => length + x.shape[along], 0)
  const dtype = parts.map((x) => x.dtype).reduce(promote)
  const kernels = kernelsOf('concat', dtype, ...parts)
  return madeOf(
    parts,
    kernels.concat(
      parts.map((x) => cast(x, dtype)),
      along,
    ),
    first.shape.map((length, a) => (a === along ? total : length)),
  )
}

/** Tensors of one shape, one after another along a new axis. @throws UnrollError when their shapes differ, or there are none. */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  const parts = toTensorList('stack', tensors)
  for (const part of parts)
    if (!sameShape(part.shape, parts[0].shape))
      fail('stack', `shapes differ: ${parts.map((x) => formatShape(x.shape)).join(', ')}`)
  const at = normalizeAxis('stack', axis, parts[0].rank + 1)
  return concat(
    parts.map((x) => unsqueeze(x, at)),
    at,
  )
}

/**
 * The parts of x along an axis, as views: each of `size` (the last may be smaller), or of the sizes given.
 * @throws UnrollError when the sizes given do not add up to the axis.
 */
export function split(x: Tensor, size: number | readonly number[], axis = 0): Tensor[] {
  const source = toTensor('split', x)
  const along = normalizeAxis('split', axis, source.rank)
  const length = source.shape[along]
  const sizes = typeof size === 'number' ? equalSizes(size, length) : size
  if (!sizes.every((n) => Number.isInteger(n) && n >= 0) || sizes.reduce((a, b) => a + b, 0) !== length)
    fail(
      'split',
      `sizes [${sizes.join(', ')}] do not add up to ${length}, the length of axis ${along} of ${formatShape(source.shape)}`,
    )
  let start = 0
  return sizes.map((n) => {
    start += n
    return alongAxis(source, along, start - n, start)
  })
}

/** x in `count` parts along an axis, as views: equal ones where it divides, else the last is smaller (there may then be fewer). */
export function chunk(x: Tensor, count: number, axis = 0): Tensor[] {
  const source = toTensor('chunk', x)
  const along = normalizeAxis('chunk', axis, source.rank)
  if (!Number.isInteger(count) || count < 1) fail('chunk', `wants a positive number of parts, got ${count}`)
  return split(source, Math.max(1, Math.ceil(source.shape[along] / count)), along)
}

/** The slices of x along an axis, without that axis, as views. */
export function unbind(x: Tensor, axis = 0): Tensor[] {
  const source = toTensor('unbind', x)
  const along = normalizeAxis('unbind', axis, source.rank)
  return Array.from({ length: source.shape[along] }, (_, i) =>
    slice(source, ...source.shape.map((_, a): SliceSpec => (a === along ? i : null))),
  )
}

function toTensorList(op: string, tensors: readonly Tensor[]): Tensor[] {
  if (!Array.isArray(tensors) || tensors.length === 0)
    fail(op, `wants an array of at least one tensor, got ${Array.isArray(tensors) ? 'none' : typeof tensors}`)
  return tensors.map((x) => toTensor(op, x))
}

function equalSizes(size: number, length: number): number[] {
  if (!Number.isInteger(size) || size < 1) fail('split', `wants a positive size, got ${size}`)
  const count = Math.max(1, Math.ceil(length / size))
  return Array.from({ length: count }, (_, i) => Math.min(size, length - i * size))
}

function alongAxis(x: Tensor, axis: number, start: number, stop: number): Tensor {
  return slice(x, ...x.shape.map((_, a): SliceSpec => (a === axis ? [start, stop] : null)))
}
