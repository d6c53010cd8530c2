import { type Kernels, reference, wasm, withKernels } from '@unroll/tensor'
import { type GpuKernels, gpuKernels, type Mode } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { deviceTolerances, referenceTolerances, type Tolerances, wasmTolerances } from './tolerances.js'

/** One that makes all kernels, and what its results may be held to. */
export interface Maker {
  readonly name: string
  make(): Promise<Kernels | GpuKernels>
  readonly tolerances: Tolerances
  /** Numbers nearer to 0 may count as 0. */
  readonly smallest: number
  /** NaN and infinities stay what they are. */
  readonly keepsNonFinite: boolean
  /** How often a property is tried. */
  readonly runs: number
  /** A new shape or layout is a new kernel to compile, which takes 10 to 20 ms. */
  readonly isSlow: boolean
}

const inBrowser = typeof document === 'object'

// What is the same in a page is tried less often there.
const onHost = { smallest: 2 ** -149, keepsNonFinite: true, runs: inBrowser ? 20 : 60, isSlow: false }

const onReference: Maker = {
  name: 'reference',
  make: async () => reference,
  tolerances: referenceTolerances,
  ...onHost,
}
const onWasm: Maker = { name: 'wasm', make: async () => wasm, tolerances: wasmTolerances, ...onHost }

function onGpu(mode: Mode, how: Pick<Maker, 'smallest' | 'keepsNonFinite' | 'runs' | 'isSlow'>): Maker {
  const tolerances = deviceTolerances[mode]
  return { name: `gpu (${mode})`, make: () => gpuKernels(GPU, { mode }), tolerances, ...how }
}

// SwiftShader, which renders for the tests, keeps NaN; it takes subnormal numbers for 0, as GPUs may.
const rendered = { smallest: 2 ** -126, keepsNonFinite: true, runs: 3, isSlow: true }

/** All makers that there are where the tests run, none of which may be missing. */
export const makers: readonly Maker[] = inBrowser
  ? [onWasm, onGpu('webgl2', rendered), onGpu('webgpu', rendered)]
  : [onReference, onWasm, onGpu('cpu', { ...onHost, runs: 15 }), onGpu('webasm', { ...onHost, runs: 15 })]

/** Gives back what a maker has of a device. */
export async function end(kernels: Kernels | GpuKernels): Promise<void> {
  if ('destroy' in kernels) await kernels.destroy()
}

/** Runs `body` by these kernels; those of a device come into force with operands that are there. */
export function by<T>(kernels: Kernels, body: (device: Kernels | undefined) => T): T {
  return kernels.upload ? body(kernels) : withKernels(kernels, () => body(undefined))
}
