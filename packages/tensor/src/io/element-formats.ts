import type { DType } from '../dtype.js'
import { fromBfloat16, fromHalf } from './half.js'

/**
 * How the elements of a dtype of the file lie in its buffer. They are read and written through a DataView,
 * which asks for no alignment and is told the order of the bytes, whatever the host's.
 */
export interface ElementFormat {
  /** Bytes taken by one element. */
  bytes: number
  /** The dtype of the tensors that the elements are read into. */
  dtype: DType
  read(view: DataView, at: number): number
  /** What forbids reading the element; without this, any bytes will do. */
  refuseBytes?(view: DataView, at: number): string | undefined
}

export interface WritableFormat extends ElementFormat {
  /** The dtypes whose tensors may be stored so: it holds their values exactly, save that F32 rounds float64. */
  accepts: readonly DType[]
  write(view: DataView, at: number, value: number): void
  /** What forbids storing the value; without this, any value of the accepted dtypes will do. */
  refuseValue?(value: number): string | undefined
}

const bool: WritableFormat = {
  bytes: 1,
  dtype: 'bool',
  read: (view, at) => view.getUint8(at),
  refuseBytes: (view, at) => (view.getUint8(at) > 1 ? `${view.getUint8(at)}, neither 0 nor 1` : undefined),
  accepts: ['bool'],
  write: (view, at, value) => view.setUint8(at, value),
  refuseValue: (value) => (value > 1 ? `${value}, neither 0 nor 1` : undefined),
}

const i32: WritableFormat = {
  bytes: 4,
  dtype: 'int32',
  read: (view, at) => view.getInt32(at, true),
  accepts: ['bool', 'int32'],
  write: (view, at, value) => view.setInt32(at, value, true),
}

/** An integer that fits 32 bits is its lower word, and its upper word repeats the sign. */
const i64: WritableFormat = {
  bytes: 8,
  dtype: 'int32',
  read: (view, at) => view.getInt32(at, true),
  refuseBytes: (view, at) =>
    view.getInt32(at + 4, true) === view.getInt32(at, true) >> 31
      ? undefined
      : `${view.getBigInt64(at, true)}, out of the range of int32`,
  accepts: ['bool', 'int32'],
  write(view, at, value) {
    view.setInt32(at, value, true)
    view.setInt32(at + 4, value >> 31, true)
  },
}

const f32: WritableFormat = {
  bytes: 4,
  dtype: 'float32',
  read: (view, at) => view.getFloat32(at, true),
  accepts: ['bool', 'float32', 'float64'],
  write: (view, at, value) => view.setFloat32(at, value, true),
  refuseValue: (value) =>
    Number.isFinite(value) && !Number.isFinite(Math.fround(value))
      ? `${value}, out of the range of F32`
      : undefined,
}

const f64: WritableFormat = {
  bytes: 8,
  dtype: 'float64',
  read: (view, at) => view.getFloat64(at, true),
  accepts: ['bool', 'int32', 'float32', 'float64'],
  write: (view, at, value) => view.setFloat64(at, value, true),
}

const f16: ElementFormat = {
  bytes: 2,
  dtype: 'float32',
  read: (view, at) => fromHalf(view.getUint16(at, true)),
}

const bf16: ElementFormat = {
  bytes: 2,
  dtype: 'float32',
  read: (view, at) => fromBfloat16(view.getUint16(at, true)),
}

/** In the order in which a file holds them, which is the reference implementation's: larger elements first. */
export const writableFormats = { I64: i64, F64: f64, F32: f32, I32: i32, BOOL: bool }

/** By the file's name of the dtype. A Map: a hostile name finds nothing that was not put in. */
export const readableFormats: ReadonlyMap<string, ElementFormat> = new Map(
  Object.entries({ ...writableFormats, F16: f16, BF16: bf16 }),
)
