import type { Mode } from '@unroll/tensor/gpu'

/** The modes of gpu.js that there are here, without which tests fail: in Node those that need no GPU, in a browser those that do. */
export const gpuModes: readonly Mode[] =
  typeof document === 'object' ? ['webgl2', 'webgpu'] : ['cpu', 'webasm']
