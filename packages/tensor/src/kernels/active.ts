import type { DType } from '../dtype.js'
import { fail } from '../errors.js'
import type { Kernels } from './kernels.js'
import { reference } from './reference/index.js'
import { wasm } from './wasm/index.js'

let active: Kernels = wasm

/** The kernels that compute tensors of this dtype: float64 is for checking, so the reference does it. */
export function kernelsFor(dtype: DType): Kernels {
  return dtype === 'float64' ? reference : active
}

/**
 * Runs `body` with other kernels, and restores the former ones.
 * @throws UnrollError when `body` is asynchronous: it would go on after they are restored.
 */
export function withKernels<T>(kernels: Kernels, body: () => T): T {
  const former = active
  active = kernels
  try {
    const result = body()
    if (result instanceof Promise) fail('withKernels', 'the body must not be asynchronous')
    return result
  } finally {
    active = former
  }
}
