import { allocate, type DType, promote, type TypedArray, toElement } from './dtype.js'
import { fail, kindOf } from './errors.js'
import { kernelsToChange, tracer } from './kernels/active.js'
import { DeviceArray, type Elements } from './kernels/elements.js'
import type { Kernels } from './kernels/kernels.js'
import { wasm } from './kernels/wasm/index.js'
import type { TensorMethods } from './methods.js'
import { checkConversion } from './ops/check-elements.js'
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
import { Storage, sharesMemory } from './storage.js'

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
    this.dtype = storage.dtype ?? fail('Tensor', 'the storage is not a typed array of a known dtype')
  }

  /**
   * A tensor over `data` (not copied) in row-major order, on the host or on a device; the bytes of a Uint8Array are bools, each 0 or 1.
   * @throws UnrollError when the sizes differ.
   */
  static from(data: Elements, shape: Shape): Tensor {
    checkShape('Tensor.from', shape)
    if (sizeOf(shape) !== data.length)
      fail('Tensor.from', `shape ${formatShape(shape)} wants ${sizeOf(shape)} values, got ${data.length}`)
    return new Tensor(new Storage(data), shape, rowMajorStrides(shape), 0)
  }

  /** As `from`, of elements that follow from a rule: the tensor may be used beside those of any device. */
  static fromRule(data: TypedArray, shape: Shape): Tensor {
    return new Tensor(new Storage(data, true), shape, rowMajorStrides(shape), 0)
  }

  /** A scalar that stands for a plain number. */
  static fromNumber(value: number, dtype: DType): Tensor {
    const data = allocate(dtype, 1).fill(value)
    const x = Tensor.fromRule(data, [])
    x.storage.number = data[0]
    return x
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape)
  }

  /** The kernels in whose memory the elements are; undefined for the host's. */
  get device(): Kernels | undefined {
    return this.storage.device
  }

  /** True when the elements lie in row-major order without gaps. */
  get isContiguous(): boolean {
    return isRowMajor(this.shape, this.strides)
  }

  /**
   * The elements in row-major order: a window onto the storage where they lie so, else a copy.
   * For reading. In-place changes go through `set`, `fill` and `assign`, which the tape can see.
   * @throws UnrollError when they are on a device: see `read`.
   */
  get data(): TypedArray {
    return this.dataFor('data')
  }

  /** `data`, for an op that errors are to name. */
  dataFor(op: string): TypedArray {
    const data = this.#hostData(op)
    if (!this.isContiguous) return wasm.copy(this, this.dtype)
    const { size } = this
    return size === data.length ? data : data.subarray(this.offset, this.offset + size)
  }

  /**
   * The elements in row-major order, as a copy, wherever they are: the way to those on a device, which cannot be
   * read at once.
   */
  async read(): Promise<TypedArray> {
    const { device, elements } = this.storage
    if (!device || !(elements instanceof DeviceArray)) return this.data.slice()
    if (this.isContiguous && this.size === elements.length) return elements.read()
    const memory = device.workspace?.()
    const copy = () => device.copy(this, this.dtype) as DeviceArray
    const reading = (memory ? memory.run(copy) : copy()).read()
    memory?.clear() // what is read has been asked for
    return reading
  }

  /**
   * The same values in the memory of a device, such as `await gpuKernels(GPU)` gives; this tensor itself if they are
   * there. The way back is `await x.read()`.
   * @throws UnrollError when they are on another device, or these kernels have no memory of their own.
   */
  to(device: Kernels): Tensor {
    const own = this.storage.device
    if (own === device) return this
    if (own)
      fail('to', `the values are on ${own.name}; read them first: Tensor.from(await x.read(), x.shape)`)
    if (!device?.upload)
      fail('to', `wants kernels with a memory of their own, got ${device?.name ?? kindOf(device)}`)
    return Tensor.from(device.upload(this.data), this.shape)
  }

  /** The value of a tensor of one element. @throws UnrollError when there are more or none. */
  item(): number {
    if (this.size !== 1) fail('item', `wants a tensor of one element, got shape ${formatShape(this.shape)}`)
    return this.#hostData('item')[this.offset]
  }

  /** The element at an index, one number an axis; negative ones count from the end. */
  get(...index: number[]): number {
    return this.#hostData('get')[this.#locate('get', index)]
  }

  /** Nested arrays of the values; a plain number (or boolean) for a scalar. */
  toArray(): NestedArray {
    const { dtype, shape } = this
    const data = this.dataFor('toArray')
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
    const element = toElement('set', value, this.dtype)
    if (this.device || tracer()) {
      this.view([], [], position).assign(Tensor.fromNumber(element, this.dtype))
      return this
    }
    this.storage.changes()
    this.storage.data[position] = element
    return this
  }

  /** Changes every element to `value`, in place. @throws UnrollError when the dtype cannot hold it. */
  fill(value: number): this {
    return this.assign(Tensor.fromNumber(toElement('fill', value, this.dtype), this.dtype))
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
    const kernels = kernelsToChange('assign', promote(this.dtype, from.dtype), [this], from)
    // A source that shares the target's memory might be overwritten while it is read.
    const safe = sharesMemory(from.storage, this.storage)
      ? Tensor.from(kernels.copy(from, from.dtype), from.shape)
      : from
    this.storage.changes()
    kernels.put(this, safe)
    return this
  }

  /** Checks that it can be changed in place. @throws UnrollError when elements share their place. */
  checkApart(op: string): void {
    if (this.strides.some((stride, axis) => stride === 0 && this.shape[axis] > 1))
      fail(op, `the target ${formatShape(this.shape)} repeats its elements (it was expanded); copy it first`)
  }

  /** The storage's data, for `op` to read. */
  #hostData(op: string): TypedArray {
    tracer()?.reads(op, this.storage)
    return this.storage.hostData(op)
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
