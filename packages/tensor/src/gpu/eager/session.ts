import { type DType, dtypeOf, type TypedArray } from '../../dtype.js'
import { fail, UnrollError } from '../../errors.js'
import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels } from '../../kernels/kernels.js'
import { checkExact } from '../exact.js'
import type { Argument } from '../executor.js'
import { fromFloats, toFloats } from '../floats.js'
import type { GpuKernel, KernelResult } from '../gpu-js.js'
import type { Program } from '../program.js'
import { Assertions } from './assertions.js'
import { Block } from './block.js'
import type { Device } from './device.js'
import { GpuArray } from './gpu-array.js'
import { KernelCache } from './kernel-cache.js'
import { checkUsable, Memory } from './memory.js'

/**
 * Runs programs on a device, at once as far as their caller can tell. Where the device answers later (WebGPU), the
 * work waits in a queue, and what fails in it is told at the next reading.
 */
export class Session {
  readonly memory = new Memory((block) => this.#order.push(() => this.#release(block)))
  readonly cache: KernelCache
  readonly assertions = new Assertions(this)
  /** What failed in the queue and nobody has been told of. */
  #failure: Error | undefined
  /** What is on its way back. */
  readonly #readings = new Set<Promise<unknown>>()
  #destroyed: Promise<void> | undefined

  /** @param kernels those whose memory this is: what arrays say they are on */
  constructor(
    readonly device: Device,
    cacheLimit: number,
    readonly kernels: () => Kernels,
  ) {
    this.cache = new KernelCache(cacheLimit, (kernel) => this.#order.push(() => device.discard(kernel)))
  }

  get #order() {
    return this.device.order
  }

  /** See `Executor`. */
  run(program: Program, args: readonly Argument[], dtype: DType): GpuArray {
    const { name, key, size } = program
    this.device.checkThere(name)
    checkExact(this.device.name, program, args)
    const blocks = args.map((x) => (typeof x === 'number' ? x : this.blockOf(name, x)))
    // gpu.js bakes the length of an array into the kernel that it is first given to.
    const lengths = blocks.map((x) => (typeof x === 'number' ? 'n' : Math.max(1, x.length)))
    return this.#make(name, size, dtype, () =>
      this.#kernel(
        name,
        [name, key, size, lengths].join('|'),
        () => this.device.createKernel(program.source(), size),
        () => blocks.map((x) => (typeof x === 'number' ? x : this.#handleOf(x))),
      ),
    )
  }

  /** Brings elements to the device, for `op`. @throws UnrollError when it cannot hold them. */
  upload(op: string, data: TypedArray): GpuArray {
    const { device } = this
    const { length } = data
    device.checkThere(op)
    checkExact(device.name, { name: op, key: '', size: length, source: () => '' }, [])
    const converted = toFloats(op, data)
    const floats = converted === data ? converted.slice() : converted // the host's may be changed before it is sent
    const dtype = dtypeOf(data) as DType
    return this.#make(
      op,
      length,
      dtype,
      () =>
        device.isHost
          ? () => floats
          : this.#kernel(
              op,
              `upload|${length}`,
              () => device.createUpload(length),
              () => [floats],
            ),
      dtype === 'float32' ? undefined : data.slice(),
    )
  }

  /** The elements of an array; asked for now, so that they may be freed or replaced from now on. */
  async read(array: GpuArray): Promise<TypedArray> {
    const { block, dtype } = array
    this.device.checkThere('read')
    this.#checkUsable('read', block)
    const [floats] = await this.#tell(Promise.all([this.download(block), this.assertions.check()]))
    return fromFloats(floats, dtype)
  }

  /** When all work given so far is done. @throws UnrollError for what failed. */
  async settle(): Promise<void> {
    this.device.checkThere('settle')
    // The device works in order: when this is back, all before it is done.
    await this.#tell(Promise.all([this.download(this.#dummy), this.assertions.check()]))
  }

  destroy(): Promise<void> {
    this.#destroyed ??= this.#end()
    return this.#destroyed
  }

  async #end(): Promise<void> {
    this.device.close()
    this.memory.freeAll()
    await Promise.allSettled(this.#readings)
    await this.device.destroy()
  }

  /** The block of an array of this device, to be used by `op`. */
  blockOf(op: string, x: DeviceArray): Block {
    if (!(x instanceof GpuArray) || x.session !== this)
      fail(op, `an operand is on ${x.device.name}, and not on ${this.device.name}`)
    this.#checkUsable(op, x.block)
    return x.block
  }

  /** Whoever is told here what failed is not told once more at the next reading. */
  #checkUsable(op: string, block: Block): void {
    if (block.problem === this.#failure) this.#failure = undefined
    checkUsable(op, block)
  }

  /** What a block holds, when its turn has come. */
  download(block: Block): Promise<Float32Array> {
    const { device } = this
    const { length } = block
    if (length === 0) return Promise.resolve(new Float32Array())
    if (device.isHost) return Promise.resolve((this.#handleOf(block) as Float32Array).slice())
    const call = this.#kernel(
      'read',
      `download|${length}`,
      () => device.createDownload(length),
      () => [this.#handleOf(block)],
    )
    const reading = new Promise<Float32Array>((resolve, reject) => {
      this.#order.push(async () => {
        try {
          const floats = (await call()) as Float32Array
          device.checkNotLost('read') // WebGL gives zeros then
          resolve(floats)
        } catch (error) {
          reject(this.#problem('read', error))
        }
      })
    })
    this.#readings.add(reading)
    const done = () => this.#readings.delete(reading)
    reading.then(done, done)
    return reading
  }

  get #dummy(): Block {
    const block = new Block(1)
    block.handle = this.device.dummy
    return block
  }

  /** A new array, and the work that fills it. */
  #make(
    op: string,
    length: number,
    dtype: DType,
    prepare: () => () => KernelResult | Promise<KernelResult>,
    host?: TypedArray,
  ): GpuArray {
    const compute = length > 0 ? prepare() : undefined
    const block = this.memory.allocate(length)
    const array = new GpuArray(this, dtype, block, host)
    if (compute) this.#order.push(() => this.#fill(op, block, compute))
    return array
  }

  #fill(op: string, block: Block, compute: () => KernelResult | Promise<KernelResult>): void | Promise<void> {
    try {
      const result = compute()
      if (!(result instanceof Promise)) block.handle = this.device.own(result)
      else
        return result.then(
          (handle) => {
            block.handle = handle
          },
          (error) => this.#note(op, block, error),
        )
    } catch (error) {
      this.#note(op, block, error)
    }
  }

  /** The call of a kernel: of the one that there is by this key, or of a new one. */
  #kernel(
    op: string,
    key: string,
    make: () => GpuKernel,
    args: () => (KernelResult | number)[],
  ): () => KernelResult | Promise<KernelResult> {
    let isNew = false
    const kernel = this.cache.get(key, () => {
      isNew = true
      return make()
    })
    if (!isNew) return () => kernel(...args())
    const checked = (result: KernelResult) => {
      this.device.checkKernel(kernel)
      return result
    }
    const failed = (error: unknown): never => {
      this.cache.remove(key, kernel)
      throw this.#problem(op, error)
    }
    return () => {
      const handles = args()
      try {
        const result = kernel(...handles)
        return result instanceof Promise ? result.then(checked).catch(failed) : checked(result)
      } catch (error) {
        if (!this.device.hasNoRoom(error)) return failed(error)
        this.cache.remove(key, kernel)
        if (!this.cache.halve()) return failed(error)
        return this.#kernel(op, key, make, args)()
      }
    }
  }

  #handleOf(block: Block): KernelResult {
    if (block.problem) throw block.problem
    return (block.length === 0 ? this.device.dummy : block.handle) as KernelResult
  }

  #release(block: Block): void {
    this.device.release(block.handle)
    block.handle = undefined
  }

  /** An op failed: whoever asked for it is told, now if they can be, else when they read. */
  #note(op: string, block: Block, error: unknown): void {
    block.problem = this.#problem(op, error)
    if (this.device.answersAtOnce) throw block.problem
    this.#failure ??= block.problem
  }

  #problem(op: string, error: unknown): Error {
    if (error instanceof UnrollError) return error
    try {
      this.device.checkNotLost(op)
    } catch (gone) {
      return gone as Error
    }
    const message = error instanceof Error ? error.message : String(error)
    return new UnrollError(`${op}: fails on ${this.device.name}: ${message}`, { cause: error })
  }

  /** What `work` gives; but first, an error that nobody has been told of. */
  async #tell<T>(work: Promise<T>): Promise<T> {
    await work.catch(() => {})
    const failure = this.#failure
    this.#failure = undefined
    if (failure) throw failure
    return work
  }
}
