import { allocate, checkDType, type DType, dtypeOf, type TypedArray, toElement } from './dtype.js'
import { fail } from './errors.js'
import { Tensor } from './methods.js'
import { checkElements } from './ops/check-elements.js'
import { equal } from './ops/compare.js'
import { cast } from './ops/define.js'
import { unsqueeze } from './ops/reshape.js'
import { checkShape, formatShape, type Shape, sizeOf } from './shape.js'
import type { NestedArray } from './tensor.js'

export interface CreationOptions {
  /** Default: float32. */
  dtype?: DType
}

export interface TensorOptions extends CreationOptions {
  /** The shape of flat data; nested arrays have theirs already. */
  shape?: Shape
}

/**
 * A tensor of the values of nested arrays, its shape theirs; or of a flat typed array (copied).
 * The dtype, unless given, is that of a typed array, bool when all are booleans, else float32.
 * @throws UnrollError when the nesting is uneven, a value is not a number or a boolean, or the dtype
 * cannot hold it.
 */
export function tensor(values: NestedArray | TypedArray, options: TensorOptions = {}): Tensor {
  const own = dtypeOf(values)
  const shape = own ? [(values as TypedArray).length] : nestedShape(values as NestedArray)
  const flat = own ? (values as TypedArray) : flatten(values as NestedArray, shape)
  if (own === 'bool' && !options.dtype) checkBools(values as Uint8Array)
  const dtype = options.dtype ?? own ?? (isBoolean(flat) ? 'bool' : 'float32')
  const data = allocate(checkDType('tensor', dtype), flat.length)
  for (let i = 0; i < flat.length; i++) data[i] = toElement('tensor', Number(flat[i]), dtype)
  const target = options.shape ?? shape
  if (sizeOf(checkShape('tensor', target)) !== flat.length)
    fail('tensor', `shape ${formatShape(target)} wants ${sizeOf(target)} values, got ${flat.length}`)
  return Tensor.from(data, target)
}

export function zeros(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('zeros', shape, 0, options)
}

export function ones(shape: Shape, options: CreationOptions = {}): Tensor {
  return filled('ones', shape, 1, options)
}

/** A tensor whose every element is `value`. @throws UnrollError when the dtype cannot hold it. */
export function full(shape: Shape, value: number, options: CreationOptions = {}): Tensor {
  return filled('full', shape, value, options)
}

/** Zeros of the shape and dtype of x. */
export function zerosLike(x: Tensor): Tensor {
  return zeros(x.shape, { dtype: x.dtype })
}

/** Ones of the shape and dtype of x. */
export function onesLike(x: Tensor): Tensor {
  return ones(x.shape, { dtype: x.dtype })
}

/**
 * `arange(stop)` or `arange(start, stop, step)`: from start, by step, up to but without stop.
 * @throws UnrollError when a bound is not finite, the step is 0, or the dtype cannot hold a value.
 */
export function arange(
  start: number,
  stop?: number,
  step = 1,
  { dtype = 'float32' }: CreationOptions = {},
): Tensor {
  const [first, end] = stop === undefined ? [0, start] : [start, stop]
  if (![first, end, step].every(Number.isFinite) || step === 0)
    fail('arange', `wants finite bounds and a step other than 0, got ${first}, ${end}, ${step}`)
  const length = Math.max(0, Math.ceil((end - first) / step))
  const data = allocate(checkDType('arange', dtype), length)
  for (let i = 0; i < length; i++) data[i] = toElement('arange', first + i * step, dtype)
  return Tensor.fromRule(data, [length])
}

/**
 * `count` values from start to stop, both included, at equal distances.
 * @throws UnrollError when a bound is not finite, or the dtype cannot hold a value.
 */
export function linspace(
  start: number,
  stop: number,
  count: number,
  { dtype = 'float32' }: CreationOptions = {},
): Tensor {
  if (![start, stop].every(Number.isFinite)) fail('linspace', `wants finite bounds, got ${start} and ${stop}`)
  const data = allocate(checkDType('linspace', dtype), checkShape('linspace', [count])[0])
  for (let i = 0; i < count; i++) {
    const value = i === count - 1 && count > 1 ? stop : start + ((stop - start) * i) / Math.max(1, count - 1)
    data[i] = toElement('linspace', value, dtype)
  }
  return Tensor.fromRule(data, [count])
}

/** Ones on the diagonal of a `rows × columns` matrix (square by default), zeros elsewhere. */
export function eye(rows: number, columns = rows, options: CreationOptions = {}): Tensor {
  const matrix = filled('eye', [rows, columns], 0, options)
  for (let i = 0; i < Math.min(rows, columns); i++) matrix.storage.data[i * columns + i] = 1
  return matrix
}

/**
 * A new last axis of length `classes`, 1 at the index and 0 elsewhere: `[…]` to `[…, classes]`.
 * @throws UnrollError when an index is not an int in 0 … classes − 1.
 */
export function oneHot(indices: Tensor, classes: number, options: CreationOptions = {}): Tensor {
  if (!(indices instanceof Tensor)) fail('oneHot', `wants a Tensor of indices, got ${typeof indices}`)
  if (indices.dtype !== 'int32') fail('oneHot', `wants indices of dtype int32, got ${indices.dtype}`)
  const [all] = checkShape('oneHot', [classes])
  const dtype = checkDType('oneHot', options.dtype ?? 'float32')
  checkElements(indices, (data) => {
    const wrong = data.find((index) => index < 0 || index >= all)
    if (wrong !== undefined) fail('oneHot', `index ${wrong} is out of range (want 0 … ${all - 1})`)
  })
  return cast(equal(unsqueeze(indices, -1), arange(0, all, 1, { dtype: 'int32' })), dtype)
}

function filled(op: string, shape: Shape, value: number, { dtype = 'float32' }: CreationOptions): Tensor {
  const data = allocate(checkDType(op, dtype), sizeOf(checkShape(op, shape)))
  return Tensor.fromRule(data.fill(toElement(op, value, dtype)), shape)
}

function isBoolean(flat: ArrayLike<number | boolean>): boolean {
  return flat.length > 0 && Array.from(flat).every((value) => typeof value === 'boolean')
}

/** Bytes are taken for bools, unless that would lose what they are. */
function checkBools(bytes: Uint8Array): void {
  const wrong = bytes.find((byte) => byte > 1)
  if (wrong !== undefined)
    fail('tensor', `a Uint8Array is read as bools, but this one holds ${wrong}: give the dtype that you want`)
}

function nestedShape(values: NestedArray): number[] {
  const shape: number[] = []
  for (let level = values; Array.isArray(level); level = level[0]) {
    shape.push(level.length)
    if (level.length === 0) break
  }
  return shape
}

function flatten(values: NestedArray, shape: Shape): (number | boolean)[] {
  const flat: (number | boolean)[] = []
  const visit = (value: NestedArray, axis: number, path: readonly number[]) => {
    const at = path.length ? ` at [${path.join(', ')}]` : ''
    if (Array.isArray(value)) {
      if (axis >= shape.length || value.length !== shape[axis])
        fail(
          'tensor',
          `uneven nesting${at}: got an array of ${value.length}, want ${axis < shape.length ? `one of ${shape[axis]}` : 'a number'} (shape ${formatShape(shape)} so far)`,
        )
      value.forEach((v, i) => visit(v, axis + 1, [...path, i]))
    } else {
      if (typeof value !== 'number' && typeof value !== 'boolean')
        fail('tensor', `wants numbers or booleans, got ${value === null ? 'null' : typeof value}${at}`)
      if (axis !== shape.length)
        fail('tensor', `uneven nesting${at}: got a number, want an array of ${shape[axis]}`)
      flat.push(value)
    }
  }
  visit(values, 0, [])
  return flat
}
