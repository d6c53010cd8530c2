import { rowMajorStrides } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import type { Engine } from './engine.js'

/**
 * Copies x in, its elements lying as they do in its storage, so that a transposed or broadcast operand costs no
 * more than another; in row-major order, broadcast axes once, where there is much between them that is not x's.
 * Gives x as it lies in linear memory: its offset and strides are in floats, as always. Kernels may read up to
 * 32 bytes behind it. x is not empty.
 */
export function place(engine: Engine, x: Strided): Strided {
  const { shape, strides, offset } = x
  // The stretch of storage from the first to the last of the elements, and how many of them there are.
  let before = 0
  let behind = 0
  let count = 1
  for (let axis = 0; axis < shape.length; axis++) {
    const reach = (shape[axis] - 1) * strides[axis]
    if (reach === 0) continue
    count *= shape[axis]
    if (reach < 0) before -= reach
    else behind += reach
  }
  const length = before + behind + 1
  if (length > 4 * count) return place(engine, dense(x))
  const start = engine.reserve(length * 4 + 32) >>> 2
  copyIn(engine.f32, start, x.storage.data as Float32Array, offset - before, length)
  return { storage: { data: engine.f32 }, shape, strides, offset: start + before }
}

/** The same, with neighbours along the last axis side by side. */
export function placeRows(engine: Engine, x: Strided): Strided {
  const last = x.shape.length - 1
  return place(engine, x.strides[last] === 1 || x.shape[last] === 1 ? x : dense(x))
}

/**
 * Copies the matrix of x (its last two axes) at `offset` in, some lines at a time, a multiple of 16: its rows
 * (axis −2) or its columns (axis −1). So they are used while they are in a near cache. `visit` is told the first
 * line, how many there are, and where they lie: a pointer, and the bytes to the next line and along a line.
 */
export function placeByLines(
  engine: Engine,
  x: Strided,
  offset: number,
  axis: -2 | -1,
  visit: (first: number, count: number, pointer: number, line: number, step: number) => void,
): void {
  const rank = x.shape.length
  const lines = x.shape[rank + axis]
  const length = x.shape[rank - 3 - axis]
  const line = x.strides[rank + axis]
  const strides = [line, x.strides[rank - 3 - axis]]
  const atOnce = Math.max(16, Math.floor(chunk / length / 16) * 16)
  for (let first = 0; first < lines; first += atOnce) {
    const shape = [Math.min(atOnce, lines - first), length]
    engine.scope(() => {
      const part = place(engine, { storage: x.storage, shape, strides, offset: offset + first * line })
      visit(first, shape[0], part.offset * 4, part.strides[0] * 4, part.strides[1] * 4)
    })
  }
}

/** Elements of a matrix that are copied in at a time, about: 512 KiB, half of a second-level cache. */
const chunk = 131072

/** A copy of x in row-major order, in which axes that are broadcast stay so, but for the last. */
function dense({ storage, shape, strides, offset }: Strided): Strided {
  const last = shape.length - 1
  const repeats = (axis: number) => strides[axis] === 0 && axis !== last
  const once = shape.map((length, axis) => (repeats(axis) ? 1 : length))
  const data = reference.copy({ storage, shape: once, strides, offset }, 'float32')
  const own = rowMajorStrides(once).map((stride, axis) => (repeats(axis) ? 0 : stride))
  return { storage: { data }, shape, strides: own, offset: 0 }
}

function copyIn(to: Float32Array, at: number, from: Float32Array, start: number, length: number): void {
  // A view of part of an array takes longer to make than a few numbers to copy.
  if (length < 64) for (let i = 0; i < length; i++) to[at + i] = from[start + i]
  else to.set(length === from.length ? from : from.subarray(start, start + length), at)
}
