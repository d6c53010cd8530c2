import { allocate, type DType, type TypedArray } from '../dtype.js'
import { fail } from '../errors.js'

/** Up to here float32 holds every integer. */
export const mostExact = 2 ** 24

/**
 * Elements as a device has them: all of it is float32. The array itself when it is one.
 * @throws UnrollError for float64, and for an int that float32 does not hold.
 */
export function toFloats(op: string, data: TypedArray): Float32Array {
  if (data instanceof Float32Array) return data
  if (data instanceof Float64Array) fail(op, 'no GPU has float64; cast it to float32')
  if (data instanceof Int32Array) for (const n of data) checkInt(op, n)
  return Float32Array.from(data)
}

/** @throws UnrollError for an int that float32 does not hold. */
export function checkInt(op: string, n: number): void {
  if (Math.abs(n) > mostExact)
    fail(op, `the int ${n} is beyond ±2²⁴, and ints are held as float32 on a GPU, exact up to there`)
}

/**
 * What a device has, as elements of a dtype: a copy, unless that is float32.
 * @throws UnrollError for what is no int that it can be sure of, or no bool: what float32 lost on the way cannot be seen there.
 */
export function fromFloats(data: Float32Array, dtype: DType): TypedArray {
  if (dtype === 'float32') return data
  const most = dtype === 'bool' ? 1 : mostExact
  const wrong = data.find((x) => !(Math.abs(x) <= most))
  if (wrong !== undefined)
    fail(
      'read',
      `an element of dtype ${dtype} came out as ${wrong}: on a GPU ints are exact up to ±2²⁴, and what is read by an index that is out of range is NaN`,
    )
  const elements = allocate(dtype, data.length)
  elements.set(data)
  return elements
}
