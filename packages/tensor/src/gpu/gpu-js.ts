/*
 * As much of gpu.js (2.24) as is used here. It is handed in by the user, so that this package does not depend on it.
 */

/** What gpu.js exports as `GPU`, as users hand it in: its own types are another matter. */
export type GpuClass = new (settings: { mode: Mode }) => object

/** The class that gpu.js exports as `GPU`. */
export interface GpuJs {
  new (settings: { mode: Mode }): Gpu
  readonly isWebGPUSupported: boolean
  readonly isWebGL2Supported: boolean
  readonly isWebAssemblySupported: boolean
}

/**
 * - `webgpu`: compute shaders;
 * - `webgl2`: fragment shaders that draw into textures;
 * - `webasm`: WebAssembly with SIMD, on the host;
 * - `cpu`: plain JavaScript, on the host.
 */
export type Mode = 'webgpu' | 'webgl2' | 'webasm' | 'cpu'

/** Those that there are, the best first. */
export const modes: readonly Mode[] = ['webgpu', 'webgl2', 'webasm', 'cpu']

export interface Gpu {
  createKernel(source: string, settings: KernelSettings): GpuKernel
  createPipeline(steps: (...args: Handle[]) => Handle[], settings?: { threads?: boolean }): Pipeline
  /** Of WebGL 2, as soon as there is a kernel. */
  readonly context?: unknown
  readonly kernels: unknown[]
  destroy(): Promise<void>
}

export interface KernelSettings {
  readonly output: readonly number[]
  readonly precision: 'single'
  /** The result stays on the device. */
  readonly pipeline?: boolean
  /** Each call has a result of its own. */
  readonly immutable?: boolean
  /** The result comes as a promise in every mode. */
  readonly asyncMode?: boolean
  /** On WebGL2: floats of the highest precision. */
  readonly tactic?: 'precision'
  readonly fixIntegerDivisionAccuracy?: boolean
  /** What a kernel may call. */
  readonly functions?: readonly FunctionText[]
}

/** A function that kernels may call, as text: all of its numbers are floats. */
export interface FunctionText {
  readonly source: string
  readonly settings: { readonly argumentTypes: readonly string[]; readonly returnType: string }
}

export interface GpuKernel {
  (...args: KernelArgument[]): KernelResult | Promise<KernelResult>
  /** What gpu.js made of the function, in the mode that it chose. */
  readonly kernel: {
    readonly constructor: { readonly mode: string }
    readonly context?: unknown
    readonly fallbackReason?: string
    /** Of WebGL: the corners of what is drawn. */
    buffer?: unknown
  }
  destroy(): void
}

export type KernelArgument = Float32Array | Texture | number
export type KernelResult = Float32Array | Texture

/** A texture, or a buffer of WebGPU's. */
export interface Texture {
  /** Which kernel made it: what a texture of WebGL is deleted by. */
  kernel: unknown
  toArray(): Float32Array | Promise<Float32Array>
  delete(): void
}

/** What stands for a value while a pipeline is made. */
export type Handle = unknown

export interface Pipeline {
  (...args: (Float32Array | number)[]): Promise<Float32Array[]>
  readonly pipeline: {
    readonly executorKind: string
    readonly backend: string | null
    readonly fallbackReason: string | null
  }
  destroy(): Promise<void>
}
