import { fail } from '../../errors.js'
import { isRowMajor, sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import { type Export, maximumPages } from './bytes.js'
import { loadModule } from './module.js'
import { Crew } from './threads/crew.js'
import { canStartHelpers, processors } from './threads/helper.js'

export type Exports = Readonly<Record<Export, (...args: number[]) => number>>

const pageSize = 65536

/**
 * The compiled kernels and their linear memory. Tensors live outside, in ordinary arrays that the garbage
 * collector knows; a kernel copies its operands in, calls, and copies its result out:
 *
 *     engine.scope(() => {
 *       const x = engine.load(operand)
 *       const y = engine.reserve(4 * size)
 *       engine.exports.tanh(size, x, y)
 *       return engine.read(y, size)
 *     })
 *
 * Memory is a stack: what a scope reserves is free again when it ends. It grows, and never shrinks. Pointers are
 * bytes and multiples of 16. The views `f32`, `i32` and `u8` are replaced when it grows: do not keep them over `reserve`.
 */
export class Engine {
  readonly memory: WebAssembly.Memory
  readonly exports: Exports
  f32: Float32Array
  i32: Int32Array
  u8: Uint8Array
  readonly #crew: Crew | undefined
  #top: number
  #end: number

  constructor(module: WebAssembly.Module, shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 16, maximum: maximumPages, shared })
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } })
    this.exports = instance.exports as unknown as Exports
    this.#crew = shared ? new Crew(module, this.memory, this.exports) : undefined
    this.f32 = new Float32Array(this.memory.buffer)
    this.i32 = new Int32Array(this.memory.buffer)
    this.u8 = new Uint8Array(this.memory.buffer)
    this.#end = this.u8.length
    this.#top = align(this.exports.heapBase())
  }

  /** Runs `body`, and frees what it reserved. */
  scope<T>(body: () => T): T {
    const top = this.#top
    try {
      return body()
    } finally {
      this.#top = top
    }
  }

  /** A pointer to `bytes` bytes (of any content). @throws UnrollError when there is no room for them. */
  reserve(bytes: number): number {
    const start = this.room(bytes)
    this.#top = align(start + bytes)
    return start
  }

  /** A pointer to `bytes` bytes that are free until something is reserved: room for one call, without a scope. */
  room(bytes: number): number {
    const end = this.#top + bytes + 15
    if (end > this.#end) this.#grow(end)
    return this.#top
  }

  /** Copies x in, in row-major order. */
  load(x: Strided): number {
    const size = sizeOf(x.shape)
    const pointer = this.reserve(size * 4)
    const data = isRowMajor(x.shape, x.strides)
      ? x.storage.data.subarray(x.offset, x.offset + size)
      : reference.copy(x, 'float32')
    this.f32.set(data, pointer >> 2)
    return pointer
  }

  /** Copies `length` floats out. */
  read(pointer: number, length: number): Float32Array {
    return this.f32.slice(pointer >> 2, (pointer >> 2) + length)
  }

  /** Writes a task's arguments, 32 bits each: integers and pointers. */
  pack(values: readonly number[]): number {
    const pointer = this.reserve(values.length * 4)
    this.i32.set(values, pointer >> 2)
    return pointer
  }

  /** How many threads can work on a task. */
  get threads(): number {
    return this.#crew ? getThreads() : 1
  }

  /**
   * Calls `task(args, part, parts)` for each part, on as many threads as there are, and returns when all are
   * done. A part's results must not depend on how many parts there are, nor on another part's. More parts than
   * threads, where they come cheap, make up for a thread that starts late.
   * @throws UnrollError when a part fails in a thread.
   */
  run(task: Export, args: number, parts: number): void {
    if (this.#crew && parts > 1 && getThreads() > 1) this.#crew.run(getThreads(), task, args, parts)
    else for (let part = 0; part < parts; part++) this.exports[task](args, part, parts)
  }

  /** Lets the threads go that were started for tasks. */
  dismiss(): void {
    this.#crew?.dismiss()
  }

  #grow(end: number): void {
    const { buffer } = this.memory
    // By half at least, so that growing step by step does not take quadratic time.
    const wanted = Math.max(end, Math.min(buffer.byteLength * 1.5, maximumPages * pageSize))
    try {
      this.memory.grow(Math.ceil((wanted - buffer.byteLength) / pageSize))
    } catch {
      fail('kernels', `no room for ${end} bytes in linear memory`)
    }
    this.f32 = new Float32Array(this.memory.buffer)
    this.i32 = new Int32Array(this.memory.buffer)
    this.u8 = new Uint8Array(this.memory.buffer)
    this.#end = this.u8.length
  }
}

type Started = { readonly engine: Engine | undefined }

let local: Started | undefined
let shared: Started | undefined
let threads: number | undefined

/** The engine of this thread; undefined where WebAssembly with SIMD is missing. */
export function localEngine(): Engine | undefined {
  local ??= { engine: startEngine(false) }
  return local.engine
}

/** The engine for a task of so many floating-point operations: with threads where they pay. */
export function engineFor(operations: number): Engine | undefined {
  if (operations < worthThreads || getThreads() === 1) return localEngine()
  shared ??= { engine: startEngine(true) }
  return shared.engine ?? localEngine()
}

/** Some 0.2 ms of matmul. To wake a thread takes 0.05 ms: with less to do, a second one gains nothing. */
const worthThreads = 8e6

/** How many threads large kernels are shared among: 1 where no others can be had. See `setThreads`. */
export function getThreads(): number {
  threads ??= canStartHelpers() ? Math.min(processors(), 8) : 1
  return threads
}

/**
 * Sets how many threads large kernels are shared among; at first, one for each processor, and 8 at most. Results
 * do not depend on it by a bit. 1 keeps all work in the calling thread, and lets the others go. Further
 * threads take Node from 20.16 on, or a page that is cross-origin isolated: elsewhere this changes nothing.
 *
 * @throws UnrollError unless `count` is an integer from 1 to 64.
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 64)
    fail('setThreads', `${count} is not a number of threads (want an integer from 1 to 64)`)
  const former = getThreads()
  threads = canStartHelpers() ? count : 1
  if (threads < former) shared?.engine?.dismiss()
}

/** An engine of one's own; undefined where WebAssembly with SIMD, or room for its memory, is missing. */
export function startEngine(shared: boolean): Engine | undefined {
  const module = loadModule(shared)
  try {
    return module && new Engine(module, shared)
  } catch {
    return undefined // no room for its memory
  }
}

function align(bytes: number): number {
  return Math.ceil(bytes / 16) * 16
}
