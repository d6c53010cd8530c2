import type { Strided } from '../../kernels.js'
import { copy } from '../../reference/elementwise.js'
import type { Engine } from '../engine.js'

/** How many rows of a matrix are multiplied at a time. */
const panel = 32

/**
 * Where the rows of a matrix `[N, K]` that belong to `gates` gates stand among those that are kept: each gate's rows are
 * filled up to a multiple of 4 (whole vectors), and all of them to whole panels. −1: filled up, with zeros.
 */
export function keptRows(N: number, gates: number): Int32Array {
  const H = N / gates
  const filled = filledUp(H)
  return Int32Array.from({ length: Math.ceil((gates * filled) / panel) * panel }, (_, row) => {
    const gate = Math.floor(row / filled)
    const unit = row % filled
    return gate < gates && unit < H ? gate * H + unit : -1
  })
}

/** The length of a gate's vector, filled up. */
export function filledUp(H: number): number {
  return Math.ceil(H / 4) * 4
}

/** A matrix as `matvec` reads it: in panels, in each of which k runs slowest. Gives a pointer. */
export function keepMatrix(engine: Engine, weight: Strided, rows: Int32Array): number {
  const K = weight.shape[1]
  const data = copy(weight, 'float32')
  const pointer = engine.reserve(rows.length * K * 4)
  const { f32 } = engine
  let to = pointer >> 2
  for (let start = 0; start < rows.length; start += panel)
    for (let k = 0; k < K; k++)
      for (let row = start; row < start + panel; row++)
        f32[to++] = rows[row] < 0 ? 0 : data[rows[row] * K + k]
  return pointer
}

/** The sum of the biases that there are, in the order of the rows. Gives a pointer. */
export function keepBias(engine: Engine, biases: readonly (Strided | undefined)[], rows: Int32Array): number {
  const pointer = keepZeros(engine, rows.length)
  for (const bias of biases) {
    if (!bias) continue
    const data = copy(bias, 'float32')
    for (const [row, from] of rows.entries()) if (from >= 0) engine.f32[(pointer >> 2) + row] += data[from]
  }
  return pointer
}

/** Gives a pointer to zeros. */
export function keepZeros(engine: Engine, length: number): number {
  const pointer = engine.reserve(length * 4)
  engine.f32.fill(0, pointer >> 2, (pointer >> 2) + length)
  return pointer
}
