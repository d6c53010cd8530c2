import { allocate, type TypedArray } from '../../dtype.js'
import { isRowMajor, sizeOf } from '../../shape.js'
import type { CompareName, HostKernels, MapName, Strided, ZipKernel, ZipName } from '../kernels.js'
import { reference } from '../reference/index.js'
import { chunk } from './chunks.js'
import { copyRow, eachChunk } from './copy.js'
import { type Engine, localEngine } from './engine.js'

// biome-ignore format: one family a line
const maps = [
  'neg', 'abs', 'sign', 'square', 'reciprocal', 'sqrt', 'rsqrt',
  'exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'erf',
  'tanh', 'sigmoid', 'relu', 'gelu', 'geluTanh', 'softplus', 'silu',
] as const
const zips = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum'] as const
const comparisons = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const

type WithParameters = 'leakyRelu' | 'elu' | 'clamp'
type Name = Exclude<MapName | ZipName, 'pow'> | CompareName | WithParameters | 'isFinite' | 'where'

/**
 * The element-wise kernels of float32; of other dtypes they are the reference's, and so is `pow`, which in 32 bits would
 * be good to a few digits only. All others are within 2 units in the last place of the nearest float32 (gelu 5, elu 3).
 *
 * An element of a result depends on its operands alone: not on where it stands, nor on how many there are.
 */
export const elementwise: Pick<HostKernels, Name> = {
  ...table(maps, (name) => mapOf(name)),
  ...table(zips, (name) => zipOf(name, 'float32')),
  ...table(comparisons, (name) => zipOf(name, 'bool')),
  sin: mapOf('sin', 'float32', Math.sin),
  cos: mapOf('cos', 'float32', Math.cos),
  leakyRelu: mapOf('leakyRelu'),
  elu: mapOf('elu'),
  clamp: mapOf('clamp'),
  isFinite: mapOf('isFinite', 'bool'),
  where,
}

/**
 * The loop of this name, y[i] = f(x[i], parameters). Where it is not good enough, `repair` computes the elements that
 * `firstTooLarge` tells of.
 */
function mapOf(
  name: (typeof maps)[number] | WithParameters | 'isFinite',
  dtype: 'float32' | 'bool' = 'float32',
  repair?: (x: number) => number,
): (x: Strided, p?: number, q?: number) => TypedArray {
  let f: Engine['exports'][typeof name] | undefined
  return (x, p = 0, q = 0) => {
    const engine = localEngine()
    const { data } = x.storage
    if (!engine || !(data instanceof Float32Array)) return reference[name](x, p, q)
    f ??= engine.exports[name]
    const loop = f
    const size = sizeOf(x.shape)
    const bytes = bytesFor(size)
    const from = engine.room(2 * bytes)
    const to = from + bytes
    const { f32 } = engine
    const memory = dtype === 'float32' ? f32 : engine.u8
    const at = to / memory.BYTES_PER_ELEMENT
    if (size <= chunk && isRowMajor(x.shape, x.strides)) {
      copyRow(f32, from >> 2, data, x.offset, 1, size)
      loop(size, from, to, p, q)
      if (repair) repairLarge(engine, size, from, to, repair)
      return memory.slice(at, at + size)
    }
    const y = allocate(dtype, size)
    eachChunk(engine, x.shape, [x], [from, to], (start, length) => {
      loop(length, from, to, p, q)
      if (repair) repairLarge(engine, length, from, to, repair)
      copyRow(y, start, memory, at, 1, length)
    })
    return y
  }
}

/** The loop of this name, y[i] = f(a[i], b[i]). */
function zipOf(name: (typeof zips | typeof comparisons)[number], dtype: 'float32' | 'bool'): ZipKernel {
  let f: Engine['exports'][typeof name] | undefined
  return (a, b) => {
    const engine = localEngine()
    const left = a.storage.data
    const right = b.storage.data
    if (!engine || !(left instanceof Float32Array && right instanceof Float32Array))
      return reference[name](a, b)
    f ??= engine.exports[name]
    const loop = f
    const size = sizeOf(a.shape)
    const bytes = bytesFor(size)
    const fromA = engine.room(3 * bytes)
    const fromB = fromA + bytes
    const to = fromB + bytes
    const { f32 } = engine
    const memory = dtype === 'float32' ? f32 : engine.u8
    const at = to / memory.BYTES_PER_ELEMENT
    const [stepA, stepB] = [stepOf(a), stepOf(b)]
    if (size <= chunk && stepA !== undefined && stepB !== undefined) {
      copyRow(f32, fromA >> 2, left, a.offset, stepA, size)
      copyRow(f32, fromB >> 2, right, b.offset, stepB, size)
      loop(size, fromA, fromB, to)
      return memory.slice(at, at + size)
    }
    const y = allocate(dtype, size)
    eachChunk(engine, a.shape, [a, b], [fromA, fromB, to], (start, length) => {
      loop(length, fromA, fromB, to)
      copyRow(y, start, memory, at, 1, length)
    })
    return y
  }
}

function where(condition: Strided, a: Strided, b: Strided): TypedArray {
  const engine = localEngine()
  const size = sizeOf(a.shape)
  const isFloat32 = [a, b].every((x) => x.storage.data instanceof Float32Array)
  if (!engine || !isFloat32 || !(condition.storage.data instanceof Uint8Array))
    return reference.where(condition, a, b)
  const bytes = bytesFor(size)
  const first = engine.room(4 * bytes)
  const pointers = [0, 1, 2, 3].map((k) => first + k * bytes)
  const [ifTrue, left, right, to] = pointers
  const y = allocate('float32', size)
  eachChunk(engine, a.shape, [condition, a, b], pointers, (start, length) => {
    engine.exports.where(length, ifTrue, left, right, to)
    copyRow(y, start, engine.f32, to >> 2, 1, length)
  })
  return y
}

/** Room for a chunk of so many elements. The loops go by up to 4 whole vectors, and so beyond its end. */
function bytesFor(size: number): number {
  return (Math.min(size, chunk) + 16) * 4
}

/** 1 where the elements lie one behind the other, 0 where they are all one; undefined of any other layout. */
function stepOf({ shape, strides }: Strided): 0 | 1 | undefined {
  if (isRowMajor(shape, strides)) return 1
  for (let axis = 0; axis < shape.length; axis++)
    if (shape[axis] !== 1 && strides[axis] !== 0) return undefined
  return 0
}

/** Computes in float64 what the sine's kernel says it cannot. */
function repairLarge(engine: Engine, length: number, x: number, y: number, f: (x: number) => number): void {
  const { f32, exports } = engine
  for (let i = exports.firstTooLarge(length, x); i < length; i++) {
    const value = f32[(x >> 2) + i]
    if (Math.abs(value) >= 2 ** 20) f32[(y >> 2) + i] = f(value)
  }
}

function table<K extends string, V>(names: readonly K[], make: (name: K) => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make(name)])) as Record<K, V>
}
