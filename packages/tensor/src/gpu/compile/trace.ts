import { callSite, laterCallSite } from '../../call-site.js'
import type { DType, TypedArray } from '../../dtype.js'
import { fail } from '../../errors.js'
import type { DeviceArray, Elements } from '../../kernels/elements.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { Stored } from '../../kernels/strided.js'
import type { Tracer } from '../../kernels/tracer.js'
import { type Shape, sizeOf } from '../../shape.js'
import { type Storage, storagesMade } from '../../storage.js'
import { Tensor } from '../../tensor.js'
import type { Argument } from '../executor.js'
import type { Program } from '../program.js'
import { type Source, Value } from './value.js'

/** Looks at elements before every replay: those of an input, by its number, or of a tensor of the host's. */
export interface ElementCheck {
  readonly of: number | Storage
  readonly test: (data: TypedArray) => void
}

/** Something of the host's that the step goes by: what tells what it is, and what it was after the step. */
interface Ground {
  readonly now: () => unknown
  was?: unknown
}

/** What must be other than 0 after a step. */
export interface Assertion {
  readonly value: Value
  readonly message: () => string
}

/** Something that the host does in a step: it makes a value, or changes something of its own. */
export type HostAction =
  | { readonly kind: 'feed'; readonly value: Value; readonly make: () => ArrayLike<number> }
  | { readonly kind: 'effect'; readonly run: () => void }

/**
 * One run of a step in which nothing is computed: what it would compute is noted. Values are numbered in the order in
 * which they are made, and what is computed twice from the same values is one value.
 */
export class Trace implements Tracer {
  readonly values: Value[] = []
  readonly elementChecks: ElementCheck[] = []
  readonly assertions: Assertion[] = []
  /** What the host does in the step, in its order: to be done again before every replay. */
  readonly hostActions: HostAction[] = []
  /** What host tensors are after the step, of those that it changes. */
  readonly updates = new Map<Storage, Value>()
  readonly #inputs = new Set<Storage>()
  readonly #hosts = new Map<Storage, Value>()
  readonly #computed = new Map<string, Value>()
  /** Host tensors whose elements were read: by whom, and where. */
  readonly #reads = new Map<Storage, { readonly op: string; readonly site: string }>()
  readonly #grounds = new Map<object, Ground>()
  /** What makes storages what they were before the step said that it would change them. */
  readonly #undo = new Map<Storage, () => void>()
  readonly #firstOwn = storagesMade()

  constructor(readonly kernels: Kernels) {}

  /** Was it made in this run of the step? Then it is a new one in every replay. */
  isOwn(storage: Storage): boolean {
    return storage.serial >= this.#firstOwn
  }

  /** Is all that the step goes by still as it was? */
  get holds(): boolean {
    for (const { was, now } of this.#grounds.values()) if (!Object.is(now(), was)) return false
    return true
  }

  /** The tensor that stands for the input of that number. */
  input(index: number, { dtype, size, shape }: Tensor): Tensor {
    const x = Tensor.from(this.#value({ kind: 'input', index }, dtype, size), shape)
    this.#inputs.add(x.storage)
    return x
  }

  /** The value of an operand as it is now. */
  valueOf(storage: Stored): Value {
    const { elements } = storage
    if (elements instanceof Value) {
      elements.checkOf(this, 'compile')
      return elements
    }
    const host = storage as Storage
    const updated = this.updates.get(host)
    if (updated) return updated
    let value = this.#hosts.get(host)
    if (!value) {
      const { data, dtype } = host
      if (dtype === undefined || dtype === 'float64')
        return this.refuse('compile', 'uses a tensor of float64, which no GPU has')
      value = this.#value({ kind: 'host', storage: host }, dtype, data.length)
      this.#hosts.set(host, value)
    }
    return value
  }

  compute(program: Program, given: readonly Argument[], dtype: DType): Value {
    const args = given.map((x) => (typeof x === 'number' ? x : this.#own(program.name, x)))
    const key = `${program.name}!${program.key}!${program.size}!${dtype}!${args.map((x) => (typeof x === 'number' ? keyOf(x) : `#${x.number}`))}`
    const known = this.#computed.get(key)
    if (known) return known
    const value = this.#value({ kind: 'computed', program, args }, dtype, program.size)
    this.#computed.set(key, value)
    return value
  }

  store(target: Stored, elements: DeviceArray): void {
    const value = this.#own('assign', elements)
    const storage = target as Storage
    if (storage.elements instanceof Value) {
      storage.elements = value
      return
    }
    const read = this.#reads.get(storage)
    if (read)
      fail(read.op, `reads a tensor that the step changes, which a replay would not do (at ${read.site})`)
    this.updates.set(storage, value)
  }

  changes(op: string, storage: Storage): void {
    if (this.#inputs.has(storage))
      this.refuse(op, 'the step changes its input, which would not be what was handed in: copy it first')
    if (storage.dtype === 'float64' && !this.isOwn(storage))
      this.refuse(op, 'changes a tensor of float64, which no GPU has: cast it, and keep it in float32')
    if (!this.#undo.has(storage)) this.#undo.set(storage, storage.unchanged())
  }

  /** Nothing has been changed yet: the replays will. */
  end(): void {
    for (const undo of this.#undo.values()) undo()
    for (const ground of this.#grounds.values()) ground.was = ground.now()
  }

  /** Tensors that the step made and then changed hold what they were made with: whoever has kept one is not to take that for what became of it. */
  dropOwn(): void {
    for (const [storage, value] of this.updates) if (this.isOwn(storage)) storage.elements = value
  }

  numbers(length: number, make: () => ArrayLike<number>): Value {
    return this.#fed('float32', length, make)
  }

  fed(shape: Shape, dtype: DType, make: () => TypedArray): Tensor {
    return Tensor.from(this.#fed(dtype, sizeOf(shape), make), shape)
  }

  reads(op: string, storage: Storage): void {
    if (storage.elements instanceof Value) storage.elements.refuse(op)
    if (this.updates.has(storage))
      this.refuse(op, 'reads a tensor that the step has changed, before it is run')
    if (this.isOwn(storage) || this.#reads.has(storage)) return
    this.#reads.set(storage, { op, site: callSite() ?? 'an unknown line' })
    this.goesBy(storage, () => storage.version)
  }

  checks(storage: Storage, test: (data: TypedArray) => void): void {
    if (!this.updates.has(storage)) this.elementChecks.push({ of: storage, test })
  }

  goesBy(of: object, now: () => unknown): void {
    if (!this.#grounds.has(of)) this.#grounds.set(of, { now })
  }

  refuse(op: string, why: string): never {
    const site = callSite()
    return fail(op, site ? `${why} (at ${site})` : why)
  }

  asserts(x: Elements, message: () => string): void {
    this.assertions.push({ value: this.#own('assertLater', x as DeviceArray), message })
  }

  effect(run: () => void): void {
    this.hostActions.push({ kind: 'effect', run })
  }

  #fed(dtype: DType, length: number, make: () => ArrayLike<number>): Value {
    const value = this.#value({ kind: 'fed' }, dtype, length)
    this.hostActions.push({ kind: 'feed', value, make })
    return value
  }

  #own(op: string, x: DeviceArray): Value {
    if (!(x instanceof Value))
      return this.refuse(
        op,
        `an operand is on ${x.device.name}; a step that is compiled takes tensors of the host`,
      )
    x.checkOf(this, op)
    return x
  }

  #value(source: Source, dtype: DType, length: number): Value {
    const value = new Value(this, this.values.length, source, dtype, length, laterCallSite())
    this.values.push(value)
    return value
  }
}

/** -0 is another number than 0. */
function keyOf(x: number): string {
  return Object.is(x, -0) ? '-0' : `${x}`
}
