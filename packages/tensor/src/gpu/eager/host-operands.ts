import type { Stored } from '../../kernels/strided.js'
import { Storage } from '../../storage.js'
import type { GpuArray } from './gpu-array.js'
import type { Session } from './session.js'

interface Upload {
  readonly version: number
  readonly array: GpuArray
}

/**
 * Operands of the host's, brought to the device where they are used: once for all ops, as long as they do not change.
 *
 * The first time they are freed with the scope, as a batch of data should be. What is used again after that is
 * something lasting, such as a weight, and stays there as long as its tensor.
 */
export class HostOperands {
  readonly #uploads = new WeakMap<Storage, Upload>()

  constructor(private readonly session: Session) {}

  array(storage: Stored): GpuArray {
    if (!(storage instanceof Storage)) return this.#upload(storage)
    const { version } = storage
    const known = this.#uploads.get(storage)
    const isKnown = known?.version === version
    if (isKnown && !known.array.block.isFreed && !known.array.block.problem) return known.array
    this.forget(storage)
    const array = this.#upload(storage)
    if (isKnown) array.keep()
    this.#uploads.set(storage, { version, array })
    return array
  }

  /** What was brought there of a storage is of no more use, as other elements take its place: it is freed with the scope. */
  forget(storage: Stored): void {
    if (!(storage instanceof Storage)) return
    const known = this.#uploads.get(storage)
    if (known) this.session.memory.scopes.adopt(known.array.block)
    this.#uploads.delete(storage)
  }

  #upload({ data }: Stored): GpuArray {
    return this.session.upload('to', data)
  }
}
