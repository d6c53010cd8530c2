import { fail } from './errors.js'

/** The length of each axis; `[]` is the shape of a scalar. */
export type Shape = readonly number[]

/** The number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((size, length) => size * length, 1)
}

/** Strides (in elements) of a tensor laid out in row-major order: the last axis runs fastest. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride
    stride *= shape[axis]
  }
  return strides
}

/** True when walking the axes in order visits consecutive elements (axes of length 1 do not matter). */
export function isRowMajor(shape: Shape, strides: readonly number[]): boolean {
  let stride = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] === 0) return true
    if (shape[axis] !== 1 && strides[axis] !== stride) return false
    stride *= shape[axis]
  }
  return true
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis])
}

/**
 * The shape that both broadcast to, by NumPy's rule: aligned at the last axis, lengths must agree or be 1.
 * @throws UnrollError when they do not.
 */
export function broadcastShapes(op: string, a: Shape, b: Shape): Shape {
  if (sameShape(a, b)) return a
  const rank = Math.max(a.length, b.length)
  const shape = new Array<number>(rank)
  for (let i = 1; i <= rank; i++) {
    const m = a[a.length - i] ?? 1
    const n = b[b.length - i] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      fail(op, `shapes do not broadcast: ${formatShape(a)} and ${formatShape(b)} (${m} ≠ ${n} at axis -${i})`)
    shape[rank - i] = m === 1 ? n : m
  }
  return shape
}

/** Strides that read a tensor of `shape` as one of the larger shape `target`: 0 along repeated axes. */
export function broadcastStrides(shape: Shape, strides: readonly number[], target: Shape): number[] {
  const lead = target.length - shape.length
  return target.map((_, axis) => {
    const own = axis - lead
    return own < 0 || (shape[own] === 1 && target[axis] !== 1) ? 0 : strides[own]
  })
}

/** An axis counted from the end (-1 is the last) as one counted from the start. */
export function normalizeAxis(op: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank)
    fail(op, `axis ${axis} is out of range for a tensor of rank ${rank} (want ${rankRange(rank)})`)
  return axis < 0 ? axis + rank : axis
}

/** Several axes, each normalised and none named twice; all of them when `axis` is undefined. */
export function normalizeAxes(
  op: string,
  axis: number | readonly number[] | undefined,
  rank: number,
): number[] {
  if (axis === undefined) return Array.from({ length: rank }, (_, i) => i)
  if (typeof axis !== 'number' && !Array.isArray(axis))
    fail(op, `axis is a number or an array of numbers, got ${typeof axis}`)
  const axes = (typeof axis === 'number' ? [axis] : axis).map((a) => normalizeAxis(op, a, rank))
  if (new Set(axes).size !== axes.length) fail(op, `an axis is named twice in [${axes.join(', ')}]`)
  return axes
}

/** Checks that `shape` is an array of integers that are not negative, or not below `least`. */
export function checkShape(op: string, shape: Shape, least: 0 | -1 = 0): Shape {
  if (!Array.isArray(shape)) fail(op, `a shape is an array of lengths, got ${String(shape)}`)
  for (const length of shape)
    if (!Number.isSafeInteger(length) || length < least)
      fail(
        op,
        `a shape is made of non-negative integers${least < 0 ? ' (or -1)' : ''}, got ${formatShape(shape)}`,
      )
  return shape
}

export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`
}

function rankRange(rank: number): string {
  return rank === 0 ? 'no axis: it is a scalar' : `${-rank} … ${rank - 1}`
}
