import { getThreads, type Kernels, kernelsFor, reference, setThreads, withKernels } from '@unroll/tensor'
import type { VariantName } from './benchmark.js'

interface Variant {
  readonly kernels: Kernels
  readonly threads: number
}

/** The kernels and threads that a benchmark is measured with. */
export const variants: Readonly<Record<VariantName, Variant>> = {
  reference: { kernels: reference, threads: 1 },
  wasm: { kernels: kernelsFor('float32'), threads: 1 },
  'wasm, 2 threads': { kernels: kernelsFor('float32'), threads: 2 },
}

export const variantNames = Object.keys(variants) as VariantName[]

export function withVariant<T>(name: VariantName, body: () => T): T {
  const { kernels, threads } = variants[name]
  const former = getThreads()
  setThreads(threads)
  try {
    return withKernels(kernels, body)
  } finally {
    setThreads(former)
  }
}
