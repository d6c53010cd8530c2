import { allocate, checkConversion, type DType, dtypeOf, type TypedArray, toElement } from './dtype.js'
import { fail } from './errors.js'
import { kernelsFor } from './kernels/active.js'
import type { TensorMethods } from './methods.js'
import { format } from './print/format.js'
import {
  broadcastShapes,
  broadcastStrides,
  checkShape,
  formatShape,
  isRowMajor,
  rowMajorStrides,
  type Shape,
  sameShape,
  sizeOf,
} from './shape.js'
import { Storage } from './storage.js'

/** Nested arrays of one depth: how a tensor's values are written out in JavaScript. */
export type NestedArray = number | boolean | readonly NestedArray[]

/**
 * An n-dimensional array: a flat storage, and the way to walk it.
 *
 * Element `[i, j, …]` stands at `storage.data[offset + i · strides[0] + j · strides[1] + …]`. Views
 * (`reshape`, `transpose`, `slice`, `expand`, …) are further tensors over the same storage, so they
 * cost nothing, and an in-place change of one is seen by all.
 *
 * Tensors are ordinary garbage-collected values: there is nothing to dispose of.
 *
 * Every function of `@unroll/tensor` whose first operand is a tensor is a method too:
 * `add(a, b)` is `a.add(b)`.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are installed by methods.ts from the table of ops
export class Tensor {
  readonly dtype: DType

  constructor(
    readonly storage: Storage,
    readonly shape: Shape,
    readonly strides: readonly number[],
    readonly offset: number,
  ) {
    this.dtype = dtypeOf(storage.data) ?? fail('Tensor', 'the storage is not a typed array of a known dtype')
  }

  /**
   * A tensor over `data` (not copied) in row-major order; the bytes of a Uint8Array are bools, each 0 or 1.
   * @throws UnrollError when the sizes differ.
   */
  static from(data: TypedArray, shape: Shape): Tensor {
    checkShape('Tensor.from', shape)
    if (sizeOf(shape) !== data.length)
      fail('Tensor.from', `shape ${formatShape(shape)} wants ${sizeOf(shape)} values, got ${data.length}`)
    return new Tensor(new Storage(data), shape, rowMajorStrides(shape), 0)
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape)
  }

  /** True when the elements lie in row-major order without gaps. */
  get isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides)
  }

  /**
   * The elements in row-major order: a window onto the storage where they lie so, else a copy.
   * For reading. In-place changes go through `set`, `fill` and `assign`, which the tape can see.
   */
  get data(): TypedArray {
    if (!this.isContiguous) return kernelsFor(this.dtype).copy(this, this.dtype)
    const { data } = this.storage
    const { size } = this
    return size === data.length ? data : data.subarray(this.offset, this.offset + size)
  }

  /** The elements in row-major order, as a copy, wherever they are: for kernels whose memory cannot be read at once. */
  async read(): Promise<TypedArray> {
    return this.data.slice()
  }

  /** The value of a tensor of one element. @throws UnrollError when there are more or none. */
  item(): number {
    if (this.size !== 1) fail('item', `wants a tensor of one element, got shape ${formatShape(this.shape)}`)
    return this.storage.data[this.offset]
  }

  /** The element at an index, one number an axis; negative ones count from the end. */
  get(...index: number[]): number {
    return this.storage.data[this.#locate('get', index)]
  }

  /** Nested arrays of the values; a plain number (or boolean) for a scalar. */
  toArray(): NestedArray {
    const { data, dtype, shape } = this
    let position = 0
    const nest = (axis: number): NestedArray => {
      if (axis === shape.length) return dtype === 'bool' ? data[position++] !== 0 : data[position++]
      return Array.from({ length: shape[axis] }, () => nest(axis + 1))
    }
    return nest(0)
  }

  /** The tensors along the first axis, as views. */
  *[Symbol.iterator](): IterableIterator<Tensor> {
    if (this.rank === 0) fail('iterator', 'a scalar has no axis to iterate over')
    const [length, ...shape] = this.shape
    const [stride, ...strides] = this.strides
    for (let i = 0; i < length; i++) yield this.view(shape, strides, this.offset + i * stride)
  }

  /** The values, written as NumPy writes them. */
  toString(): string {
    return format(this)
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Tensor ${formatShape(this.shape)} ${this.dtype}\n${this}`
  }

  /** Another tensor over the same storage. */
  view(shape: Shape, strides: readonly number[], offset: number): Tensor {
    return new Tensor(this.storage, shape, strides, offset)
  }

  /** This tensor read as one of a larger shape, repeated along the new axes; no copy. */
  broadcastTo(shape: Shape, op = 'broadcastTo'): Tensor {
    if (sameShape(this.shape, checkShape(op, shape))) return this
    if (!sameShape(broadcastShapes(op, this.shape, shape), shape))
      fail(op, `${formatShape(this.shape)} does not broadcast to ${formatShape(shape)}`)
    return this.view(shape, broadcastStrides(this.shape, this.strides, shape), this.offset)
  }

  /** Changes one element in place. @throws UnrollError when the index is out of range, or the dtype cannot hold the value. */
  set(index: readonly number[], value: number): this {
    const position = this.#locate('set', index)
    this.storage.data[position] = toElement('set', value, this.dtype)
    this.storage.version++
    return this
  }

  /** Changes every element to `value`, in place. @throws UnrollError when the dtype cannot hold it. */
  fill(value: number): this {
    const data = allocate(this.dtype, 1)
    data[0] = toElement('fill', value, this.dtype)
    return this.assign(Tensor.from(data, []))
  }

  /**
   * Changes the elements, in place, to those of `source`, broadcast to this shape and cast to this dtype.
   * @throws UnrollError when the shapes do not fit, the elements are not all apart (an expanded
   * tensor), or int32 cannot hold a value.
   */
  assign(source: Tensor): this {
    this.checkApart('assign')
    const from = source.broadcastTo(this.shape, 'assign')
    checkConversion('assign', source, this.dtype)
    // A source that shares the target's memory might be overwritten while it is read.
    const safe =
      from.storage.data.buffer === this.storage.data.buffer
        ? Tensor.from(kernelsFor(from.dtype).copy(from, from.dtype), from.shape)
        : from
    kernelsFor(this.dtype).put(this, safe)
    this.storage.version++
    return this
  }

  /** Checks that it can be changed in place. @throws UnrollError when elements share their place. */
  checkApart(op: string): void {
    if (this.strides.some((stride, axis) => stride === 0 && this.shape[axis] > 1))
      fail(op, `the target ${formatShape(this.shape)} repeats its elements (it was expanded); copy it first`)
  }

  #locate(op: string, index: readonly number[]): number {
    const { shape, strides } = this
    if (index.length !== shape.length)
      fail(
        op,
        `wants an index of ${shape.length} numbers for shape ${formatShape(shape)}, got [${index.join(', ')}]`,
      )
    return index.reduce((position, i, axis) => {
      if (!Number.isInteger(i) || i < -shape[axis] || i >= shape[axis])
        fail(op, `index [${index.join(', ')}] is out of range for shape ${formatShape(shape)}`)
      return position + (i < 0 ? i + shape[axis] : i) * strides[axis]
    }, this.offset)
  }
}

export interface Tensor extends TensorMethods {}
