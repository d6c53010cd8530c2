import type { DType, TypedArray } from '../../dtype.js'
import { fail } from '../../errors.js'
import { DeviceArray } from '../../kernels/elements.js'
import type { Kernels } from '../../kernels/kernels.js'
import type { Block } from './block.js'
import type { Session } from './session.js'

/** Elements in the memory of a GPU: a hold on a block of it, which is freed when this is garbage. */
export class GpuArray extends DeviceArray {
  readonly #host: TypedArray | undefined

  /** @param host the elements, when they came from the host and may have to be looked at */
  constructor(
    readonly session: Session,
    readonly dtype: DType,
    readonly block: Block,
    host?: TypedArray,
  ) {
    super()
    this.#host = host
    session.memory.hold(this, block)
  }

  get device(): Kernels {
    return this.session.kernels()
  }

  get length(): number {
    return this.block.length
  }

  get isThere(): boolean {
    return !this.block.isFreed
  }

  read(): Promise<TypedArray> {
    return this.session.read(this)
  }

  refuse(op: string): never {
    return fail(
      op,
      `the values are on ${this.session.device.name}, which cannot be read at once; use await x.read()`,
    )
  }

  check(test: (data: TypedArray) => void): void {
    if (this.#host) test(this.#host)
  }

  keep(): void {
    this.session.memory.scopes.move(this.block, undefined)
  }
}
