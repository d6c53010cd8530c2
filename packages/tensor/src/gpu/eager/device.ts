import { fail } from '../../errors.js'
import type { Gpu, GpuJs, GpuKernel, KernelResult, KernelSettings, Mode } from '../gpu-js.js'
import { adapterName } from './adapter-name.js'
import { kernelSettings } from './kernel-settings.js'
import { atOnce, type Order, Queue } from './queue.js'

/** gpu.js calls the kernels of a mode by these names. */
const kinds: Record<Mode, string> = { webgpu: 'webgpu', webgl2: 'gpu', webasm: 'webasm', cpu: 'cpu' }

const identity = 'function (x) { return x[this.thread.x]; }'

/** What tells whether the device is lost: with WebGPU gpu.js's own note, with WebGL 2 its context; nothing in the other modes. */
interface Context {
  readonly isLost?: boolean
  isContextLost?(): boolean
}

/** gpu.js in one mode: makes kernels, and knows whether the device is still there. */
export class Device {
  /** How the device is called, in messages. */
  readonly name: string
  readonly gpu: Gpu
  /** What is done on the device, in its order. */
  readonly order: Order
  /** What does the computing, as the platform calls it. */
  adapter = ''
  /** Whether NaN and infinities stay what they are. */
  keepsNonFinite = false
  /** An array of one 0: for programs that are handed an empty array, which gpu.js does not take. */
  dummy: KernelResult | undefined
  #isDestroyed = false
  #context: Context | undefined
  /** A kernel that lives as long as the device, and holds what others must not take with them. */
  #anchor: GpuKernel['kernel'] | undefined

  /** @throws an error when gpu.js does not have the mode here. */
  constructor(
    Gpu: GpuJs,
    readonly mode: Mode,
  ) {
    this.name = `gpu (${mode})`
    this.gpu = new Gpu({ mode })
    this.order = mode === 'webgpu' ? new Queue() : atOnce
  }

  /** Whether it answers a call when it returns. */
  get answersAtOnce(): boolean {
    return this.order === atOnce
  }

  /** Whether its memory is the host's. */
  get isHost(): boolean {
    return this.mode === 'webasm' || this.mode === 'cpu'
  }

  /** Gets hold of what is there only after a first kernel has run. */
  async start(): Promise<void> {
    const kernel = this.createKernel(identity, 1)
    this.dummy = await kernel(Float32Array.of(0))
    this.checkKernel(kernel)
    this.#anchor = kernel.kernel
    this.#context = (this.mode === 'webgl2' ? this.gpu.context : kernel.kernel.context) as Context | undefined
    this.adapter = adapterName(this.mode, this.#context)
  }

  /** A kernel that leaves its result on the device, each call one of its own. */
  createKernel(source: string, size: number): GpuKernel {
    return this.#create(source, size, { pipeline: true, immutable: true })
  }

  /** A kernel that brings an array there, or copies it. Only ever fed with one or the other. */
  createUpload(size: number): GpuKernel {
    return this.createKernel(identity, size)
  }

  /** A kernel whose result is the host's: unlike a texture's own way there, it does not wait for WebGL, and brings no more than there is. */
  createDownload(size: number): GpuKernel {
    return this.#create(identity, size, { asyncMode: true })
  }

  #create(source: string, size: number, how: Partial<KernelSettings>): GpuKernel {
    const kernel = this.gpu.createKernel(source, { ...kernelSettings(source, size), ...how })
    // WebGL draws from the buffer of the kernel that was built last: when it is destroyed with that kernel, the others
    // draw nothing, in silence. So all have one buffer, and none destroys it.
    if (this.mode === 'webgl2' && this.#anchor) kernel.kernel.buffer = this.#anchor.buffer
    return kernel
  }

  /** Where a mode cannot run a kernel, gpu.js goes on in another. @throws an error that says so. */
  checkKernel({ kernel }: GpuKernel): void {
    const kind = kernel.constructor.mode
    if (kind === kinds[this.mode] && !kernel.fallbackReason) return
    throw new Error(`gpu.js runs it as ${kind} instead: ${kernel.fallbackReason ?? 'it does not say why'}`)
  }

  /** What a kernel gave, made fit to outlive it: a texture is deleted by way of its kernel, which must be there then. */
  own(result: KernelResult): KernelResult {
    if (this.mode === 'webgl2' && 'kernel' in result) result.kernel = this.#anchor
    return result
  }

  release(result: KernelResult | undefined): void {
    if (result && 'delete' in result && !this.isLost) result.delete()
  }

  discard(kernel: GpuKernel): void {
    if (this.mode === 'webgl2') kernel.kernel.buffer = null
    kernel.destroy()
    // In the mode cpu, gpu.js keeps those that were destroyed.
    const at = this.gpu.kernels.indexOf(kernel.kernel)
    if (at >= 0) this.gpu.kernels.splice(at, 1)
  }

  /**
   * Whether a kernel could not be made because there are too many. In the mode webasm each has a memory of its own, and of
   * these, however small, a browser has room for some hundred: it sets gigabytes of addresses aside for each.
   */
  hasNoRoom(error: unknown): boolean {
    return this.mode === 'webasm' && error instanceof Error && /memor/i.test(error.message)
  }

  get isLost(): boolean {
    return this.#context?.isLost ?? this.#context?.isContextLost?.() ?? false
  }

  /** @throws UnrollError when the device is gone. */
  checkThere(op: string): void {
    this.checkNotDestroyed(op)
    this.checkNotLost(op)
  }

  checkNotDestroyed(op: string): void {
    if (this.#isDestroyed) fail(op, `${this.name} was destroyed: what was on it is gone`)
  }

  checkNotLost(op: string): void {
    if (this.isLost)
      fail(
        op,
        `${this.name} was lost (the driver restarted, or the page was too long in the background), and all that was on it: make another with await gpuKernels(GPU) and bring the tensors there again; those on the host are safe`,
      )
  }

  /** From now on there is nothing to be had of it. */
  close(): void {
    this.#isDestroyed = true
  }

  async destroy(): Promise<void> {
    this.close()
    await this.order.settled()
    this.release(this.dummy)
    await this.gpu.destroy()
  }
}
