import { type DType, dtypeOf, type TypedArray } from './dtype.js'
import { undoable } from './journal.js'
import { tracer } from './kernels/active.js'
import { DeviceArray, type Elements } from './kernels/elements.js'
import type { Kernels } from './kernels/kernels.js'

/**
 * The elements behind one or more tensors: a tensor and its views share a storage.
 *
 * `version` counts the in-place changes. The tape remembers it with each value that it keeps, so
 * that a value changed before its gradient was taken is an error and not a wrong gradient.
 */
export class Storage {
  version = 0
  readonly #serial = made++
  #number: number | undefined
  #elements: Elements

  /**
   * @param isRule the elements follow from a rule (zeros, a range, random bits) and are nobody's data, so that the
   * tensor may be used beside those of any device.
   */
  constructor(
    elements: Elements,
    public isRule = false,
  ) {
    this.#elements = elements
  }

  /** Storages are numbered as they are made: see `storagesMade`. */
  get serial(): number {
    return this.#serial
  }

  /** The plain number, such as the 2 in `x.mul(2)`, that stands here as a tensor of one element: kernels may take it as it is. */
  get number(): number | undefined {
    if (this.#number !== undefined) tracer()?.reads('number', this)
    return this.#number
  }

  set number(number: number | undefined) {
    this.#number = number
  }

  get elements(): Elements {
    return this.#elements
  }

  /** What a device computes cannot be written to: in-place changes put other elements in the place of the old. */
  set elements(elements: Elements) {
    if (elements instanceof DeviceArray) elements.keep()
    this.#elements = elements
  }

  get dtype(): DType | undefined {
    const elements = this.#elements
    return elements instanceof DeviceArray ? elements.dtype : dtypeOf(elements)
  }

  /** Whose memory the elements are in: undefined for the host's. */
  get device(): Kernels | undefined {
    const elements = this.#elements
    return elements instanceof DeviceArray ? elements.device : undefined
  }

  /** The elements on the host. @throws UnrollError when they are on a device. */
  get data(): TypedArray {
    return this.hostData('data')
  }

  /** The elements on the host, for `op`. @throws UnrollError when they are on a device. */
  hostData(op: string): TypedArray {
    const elements = this.#elements
    return elements instanceof DeviceArray ? elements.refuse(op) : elements
  }

  /** To be called before every change in place. */
  changes(): void {
    undoable(this, () => this.#remember())
    this.version++
    this.isRule = false
    this.number = undefined
  }

  /** What takes `changes` back, where no elements have been changed after all. */
  unchanged(): () => void {
    const { version, isRule } = this
    const number = this.#number
    return () => Object.assign(this, { version, isRule, number })
  }

  /** What puts the elements back as they are now. */
  #remember(): () => void {
    const elements = this.#elements
    const former = elements instanceof DeviceArray ? undefined : elements.slice()
    return () => {
      if (former) this.data.set(former)
      else this.elements = elements
    }
  }
}

let made = 0

/** How many storages there have been. One whose `serial` is less was there before now. */
export function storagesMade(): number {
  return made
}

/** May a change of one be a change of the other? */
export function sharesMemory(a: Storage, b: Storage): boolean {
  if (a === b) return true
  return a.device === undefined && b.device === undefined && a.data.buffer === b.data.buffer
}
