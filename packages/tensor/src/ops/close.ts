import { fail } from '../errors.js'
import { type TensorLike, toTensors } from '../operand.js'
import { broadcastShapes, sameShape } from '../shape.js'

export interface CloseOptions {
  /** The difference allowed relative to |b|. Default: 1e-5. */
  rtol?: number
  /** The difference allowed on top. Default: 1e-8. */
  atol?: number
  /** Whether a NaN is close to a NaN. Default: no. */
  equalNaN?: boolean
}

/**
 * Is |a − b| ≤ atol + rtol · |b| for every pair of elements? Operands broadcast; an infinity is
 * close to itself only. Not symmetric: b is what a is held against.
 * @throws UnrollError when the shapes do not broadcast, or a tolerance is negative or NaN.
 */
export function allClose(a: TensorLike, b: TensorLike, options: CloseOptions = {}): boolean {
  const { rtol = 1e-5, atol = 1e-8, equalNaN = false } = options
  if (!(rtol >= 0 && atol >= 0)) fail('allClose', `wants tolerances ≥ 0, got rtol ${rtol} and atol ${atol}`)
  return everyPair('allClose', a, b, (x, y) => {
    if (x === y) return true
    if (Number.isNaN(x) && Number.isNaN(y)) return equalNaN
    return Number.isFinite(y) && Math.abs(x - y) <= atol + rtol * Math.abs(y)
  })
}

/** Have a and b one shape, and equal elements? The dtypes may differ; a NaN equals nothing. */
export function arrayEqual(a: TensorLike, b: TensorLike): boolean {
  const [left, right] = toTensors('arrayEqual', a, b)
  return sameShape(left.shape, right.shape) && everyPair('arrayEqual', left, right, (x, y) => x === y)
}

function everyPair(
  op: string,
  a: TensorLike,
  b: TensorLike,
  holds: (x: number, y: number) => boolean,
): boolean {
  const [left, right] = toTensors(op, a, b)
  const shape = broadcastShapes(op, left.shape, right.shape)
  const [x, y] = [left, right].map((operand) => operand.broadcastTo(shape).dataFor(op))
  for (let i = 0; i < x.length; i++) if (!holds(x[i], y[i])) return false
  return true
}
