import type { Strided } from '../../kernels.js'
import type { Engine } from '../engine.js'
import { place } from '../operand.js'

/** b `[K, N]` in the panels that `gemm` multiplies by; gives a pointer. */
export function pack(engine: Engine, b: Strided): number {
  const [K, N] = b.shape
  const packed = engine.reserve(K * Math.ceil(N / 8) * 32)
  engine.scope(() => {
    const { offset, strides } = place(engine, b)
    engine.exports.packColumns(K, N, offset * 4, strides[0] * 4, strides[1] * 4, packed)
  })
  return packed
}
