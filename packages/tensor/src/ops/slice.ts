import { toElement } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { type TensorLike, toTensor } from '../operand.js'
import { checkShape, formatShape, normalizeAxes, type Shape, sameShape } from '../shape.js'
import { Tensor } from '../tensor.js'

/**
 * What to take of one axis:
 * - a number: that index, and the axis is dropped;
 * - `[start, stop, step]`, as Python's `start:stop:step`: each may be left out or null, and start and
 *   stop may be negative to count from the end, step to run backwards;
 * - null: all of it.
 */
export type SliceSpec =
  | number
  | readonly [start?: number | null, stop?: number | null, step?: number | null]
  | null

/**
 * A part of x, one spec an axis; axes without a spec are taken whole. A view.
 * @throws UnrollError when a single index is out of range or a step is 0; ranges are cut to what is there.
 */
export function slice(x: TensorLike, ...specs: SliceSpec[]): Tensor {
  const source = toTensor('slice', x)
  if (specs.length > source.rank)
    fail('slice', `${specs.length} specs for shape ${formatShape(source.shape)} of rank ${source.rank}`)
  const shape: number[] = []
  const strides: number[] = []
  let { offset } = source
  source.shape.forEach((length, axis) => {
    const stride = source.strides[axis]
    const spec = specs[axis] ?? null
    if (typeof spec === 'number') {
      if (!Number.isInteger(spec) || spec < -length || spec >= length)
        fail('slice', `index ${spec} is out of range for axis ${axis} of ${formatShape(source.shape)}`)
      offset += (spec < 0 ? spec + length : spec) * stride
      return
    }
    const { start, count, step } = resolveRange(spec ?? [], length)
    if (count > 0) offset += start * stride
    shape.push(count)
    strides.push(stride * step)
  })
  return source.view(shape, strides, offset)
}

/** The elements along an axis, or several, in reverse. A view. */
export function flip(x: TensorLike, axis?: number | readonly number[]): Tensor {
  const source = toTensor('flip', x)
  const axes = normalizeAxes('flip', axis, source.rank)
  return slice(source, ...source.shape.map((_, a): SliceSpec => (axes.includes(a) ? [null, null, -1] : null)))
}

/**
 * x with `value` around it: `widths[axis]` is how many to put before and after it along that axis;
 * axes without an entry get none.
 * @throws UnrollError when the dtype of x cannot hold `value`.
 */
export function pad(
  x: TensorLike,
  widths: readonly (readonly [before: number, after: number])[],
  value = 0,
): Tensor {
  const source = toTensor('pad', x)
  if (!Array.isArray(widths) || widths.length > source.rank)
    fail(
      'pad',
      `wants at most one [before, after] an axis of ${formatShape(source.shape)}, got ${JSON.stringify(widths)}`,
    )
  for (const width of widths)
    if (!Array.isArray(width) || width.length !== 2 || !width.every((n) => Number.isInteger(n) && n >= 0))
      fail('pad', `widths are pairs of non-negative integers, got ${JSON.stringify(width)}`)
  const width = (axis: number) => widths[axis] ?? [0, 0]
  const shape = source.shape.map((length, a) => length + width(a)[0] + width(a)[1])
  const inside = source.shape.map((length, a): SliceSpec => [width(a)[0], width(a)[0] + length])
  return embedAs('pad', source, shape, inside, value)
}

/**
 * A tensor of `shape` that has x in the place which the specs name, and zeros elsewhere: the opposite of `slice`.
 * @throws UnrollError when the specs do not fit, or name a place of another shape.
 */
export function embed(x: TensorLike, shape: Shape, specs: readonly SliceSpec[]): Tensor {
  return embedAs('embed', toTensor('embed', x), checkShape('embed', shape), specs, 0)
}

/** What is around x is made where x is. */
function embedAs(op: string, x: Tensor, shape: Shape, specs: readonly SliceSpec[], value: number): Tensor {
  const { dtype } = x
  const around = Tensor.fromNumber(toElement(op, value, dtype), dtype).broadcastTo(shape)
  const kernels = kernelsOf(op, dtype, x)
  const y = Tensor.from(kernels.copy(around, dtype), shape)
  const place = slice(y, ...specs)
  if (!sameShape(place.shape, x.shape))
    fail(op, `${formatShape(x.shape)} does not fit into the place of shape ${formatShape(place.shape)}`)
  kernels.put(place, x)
  return y
}

/** Python's rules for `start:stop:step` on an axis of `length`. */
export function resolveRange(
  range: readonly [start?: number | null, stop?: number | null, step?: number | null],
  length: number,
): { start: number; count: number; step: number } {
  const step = range[2] ?? 1
  for (const n of range)
    if (n != null && !Number.isInteger(n))
      fail('slice', `a range is made of integers, got [${range.join(', ')}]`)
  if (step === 0) fail('slice', 'step must not be 0')
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1]
  const resolve = (n: number | null | undefined, missing: number) =>
    n == null ? missing : Math.min(Math.max(n < 0 ? n + length : n, lowest), highest)
  const start = resolve(range[0], step > 0 ? lowest : highest)
  const stop = resolve(range[1], step > 0 ? highest : lowest)
  return { start, step, count: Math.max(0, Math.ceil((stop - start) / step)) }
}
