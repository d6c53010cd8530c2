import { fail } from './errors.js'

/** The element types, in the order of promotion: an operation on two of them gives the later one. */
export const dtypes = ['bool', 'int32', 'float32', 'float64'] as const

/**
 * - `bool`: 0 or 1 in a byte; what comparisons give and masks are made of.
 * - `int32`: indices and counts. Arithmetic is exact while results stay within ±2³¹; beyond, they
 *   wrap around, as in NumPy and PyTorch.
 * - `float32`: the default.
 * - `float64`: on the reference kernels only; gradient checks run in it.
 */
export type DType = (typeof dtypes)[number]

export type TypedArray = Uint8Array | Int32Array | Float32Array | Float64Array

const constructors = { bool: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array }

/** A zeroed array of `length` elements of `dtype`. @throws UnrollError when there is no room for it. */
export function allocate(dtype: DType, length: number): TypedArray {
  try {
    return new constructors[dtype](length)
  } catch {
    return fail('allocate', `no room for ${length} elements of ${dtype}`)
  }
}

/** The dtype that `data` holds; undefined when it is of another kind. */
export function dtypeOf(data: unknown): DType | undefined {
  if (data instanceof Float32Array) return 'float32' // most are
  return dtypes.find((dtype) => data instanceof constructors[dtype])
}

/** Bytes taken by one element. */
export function bytesOf(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT
}

/** @throws UnrollError when `dtype` is none of the four. */
export function checkDType(op: string, dtype: DType): DType {
  if (!dtypes.includes(dtype)) fail(op, `dtype is one of ${dtypes.join(', ')}, got ${String(dtype)}`)
  return dtype
}

/**
 * `value` as an element of `dtype` holds it; bool holds 1 for all but 0.
 * @throws UnrollError when it is not a number, or `dtype` is int32 and it is not one.
 */
export function toElement(op: string, value: number, dtype: DType): number {
  if (typeof value !== 'number') fail(op, `wants a number, got ${typeof value}`)
  if (dtype === 'int32' && value !== (value | 0)) fail(op, `${value} is not an int32 (${int32Range})`)
  return dtype === 'bool' ? +(value !== 0) : value
}

/**
 * Checks that floats can be converted to int32: they lose their fraction, as in NumPy and PyTorch,
 * but must not be NaN or out of range, which there gives some number or other.
 * @throws UnrollError that names the first value that cannot.
 */
export function checkInt32(op: string, values: TypedArray): void {
  const wrong = values.find((value) => Math.trunc(value) !== (value | 0))
  if (wrong !== undefined) fail(op, `${wrong} cannot be converted to int32 (want one from -2³¹ to 2³¹ − 1)`)
}

const int32Range = 'want an integer from -2³¹ to 2³¹ − 1'

/** The dtype that holds values of both: the later in the order bool, int32, float32, float64. */
export function promote(a: DType, b: DType): DType {
  return dtypes.indexOf(a) >= dtypes.indexOf(b) ? a : b
}

export function isFloat(dtype: DType): boolean {
  return dtype === 'float32' || dtype === 'float64'
}

/** The floating dtype in which a function such as exp is computed: ints and bools become float32. */
export function toFloat(dtype: DType): DType {
  return promote(dtype, 'float32')
}
