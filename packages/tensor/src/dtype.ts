/** The element types, in the order of promotion: an operation on two of them gives the later one. */
export const dtypes = ['bool', 'int32', 'float32', 'float64'] as const

/**
 * - `bool`: 0 or 1 in a byte; what comparisons give and masks are made of.
 * - `int32`: indices and counts.
 * - `float32`: the default.
 * - `float64`: on the reference kernels only; gradient checks run in it.
 */
export type DType = (typeof dtypes)[number]

export type TypedArray = Uint8Array | Int32Array | Float32Array | Float64Array

const constructors = { bool: Uint8Array, int32: Int32Array, float32: Float32Array, float64: Float64Array }

/** A zeroed array of `length` elements of `dtype`. */
export function allocate(dtype: DType, length: number): TypedArray {
  return new constructors[dtype](length)
}

/** The dtype that `data` holds; undefined when it is of another kind. */
export function dtypeOf(data: unknown): DType | undefined {
  return dtypes.find((dtype) => data instanceof constructors[dtype])
}

/** Bytes taken by one element. */
export function bytesOf(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT
}

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
