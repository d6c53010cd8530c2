import { type GpuKernels, type GpuOptions, gpuKernels, type Mode } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'

/** The modes that there are to test: in Node those that need no GPU, in a browser all. None that fails is passed over. */
export const modes: readonly Mode[] =
  typeof document === 'object' ? ['webgpu', 'webgl2', 'webasm', 'cpu'] : ['webasm', 'cpu']

export function open(mode: Mode, options: GpuOptions = {}): Promise<GpuKernels> {
  return gpuKernels(GPU, { ...options, mode })
}
