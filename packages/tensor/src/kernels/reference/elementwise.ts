import { allocate, type DType, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { MapKernel, Strided, ZipKernel } from '../kernels.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, rowMajor } from './strided.js'

/** The kernel y[i] = f(x[i]), its result of x's dtype or of the one given. */
export function map(f: (x: number) => number, dtype?: DType): MapKernel {
  return (x) => {
    const { data } = x.storage
    const y = allocate(dtype ?? dtypeOfStrided(x), sizeOf(x.shape))
    eachRow(x.shape, [x], (start, length, [at], [step]) => {
      for (let i = 0; i < length; i++) y[start + i] = f(data[at + i * step])
    })
    return y
  }
}

/** The kernel y[i] = f(a[i], b[i]), its result of a's dtype or of the one given. */
export function zip(f: (a: number, b: number) => number, dtype?: DType): ZipKernel {
  return (a, b) => {
    const left = a.storage.data
    const right = b.storage.data
    const y = allocate(dtype ?? dtypeOfStrided(a), sizeOf(a.shape))
    eachRow(a.shape, [a, b], (start, length, [atA, atB], [stepA, stepB]) => {
      for (let i = 0; i < length; i++) y[start + i] = f(left[atA + i * stepA], right[atB + i * stepB])
    })
    return y
  }
}

export function where(condition: Strided, a: Strided, b: Strided): TypedArray {
  const choose = condition.storage.data
  const left = a.storage.data
  const right = b.storage.data
  const y = allocate(dtypeOfStrided(a), sizeOf(a.shape))
  eachRow(a.shape, [condition, a, b], (start, length, [atC, atA, atB], [stepC, stepA, stepB]) => {
    for (let i = 0; i < length; i++)
      y[start + i] = choose[atC + i * stepC] ? left[atA + i * stepA] : right[atB + i * stepB]
  })
  return y
}

/** To bool, every value but 0 is true; to int32, the fraction is dropped. */
export function copy(x: Strided, dtype: DType): TypedArray {
  const y = allocate(dtype, sizeOf(x.shape))
  put(rowMajor(y, x.shape), x)
  return y
}

export function put(target: Strided, source: Strided): void {
  const from = source.storage.data
  const to = target.storage.data
  const alike = from.constructor === to.constructor
  const convert = to instanceof Uint8Array && !alike ? (x: number) => (x !== 0 ? 1 : 0) : (x: number) => x
  eachRow(target.shape, [target, source], (_, length, [atT, atS], [stepT, stepS]) => {
    if (alike && stepT === 1 && stepS === 1) to.set(from.subarray(atS, atS + length), atT)
    else for (let i = 0; i < length; i++) to[atT + i * stepT] = convert(from[atS + i * stepS])
  })
}

export function concat(parts: readonly Strided[], axis: number): TypedArray {
  const shape = [...parts[0].shape]
  shape[axis] = parts.reduce((length, x) => length + x.shape[axis], 0)
  const y = allocate(dtypeOfStrided(parts[0]), sizeOf(shape))
  const whole = rowMajor(y, shape)
  let { offset } = whole
  for (const part of parts) {
    put({ ...whole, shape: part.shape, offset }, part)
    offset += part.shape[axis] * whole.strides[axis]
  }
  return y
}
