import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random, type Shape, sizeOf } from '@unroll/tensor'
import type { Model, Workload } from './workload.js'

export interface Matrix {
  readonly shape: Shape
  readonly data: Float32Array | Int32Array
}

/**
 * What a workload begins with, by name; the same for every contestant.
 *
 * - The weights have PyTorch's names and layouts, with its gates i f g o and r z n:
 *   `embedding.weight` `[V, F]`, `rnn.weight_ih_l0` `[gates · H, F]`, `rnn.weight_hh_l0`, `rnn.bias_ih_l0`,
 *   `rnn.bias_hh_l0`, `output.weight` `[outputs, H]` and `output.bias`.
 * - train, forward: `x` and `y`, int32 `[B, T]`, or float32 `[B, T, F]` and `[B, T, 1]`.
 * - generate: `u` `[length]`, numbers from 0 to 1 to draw symbols with.
 * - matmul: `a` `[m, k]` and `b` `[k, n]`.
 */
export type Data = Readonly<Record<string, Matrix>>

/** Makes the weights and data of a workload; the same seed gives the same bits. */
export function makeData(workload: Workload, seed = 1): Data {
  const rng = new Random(seed)
  if (workload.kind === 'matmul') {
    const { m, k, n } = workload
    return { a: normal(rng, [m, k]), b: normal(rng, [k, n]) }
  }
  const { model } = workload
  const weights = makeWeights(model, rng)
  if (workload.kind === 'generate') return { ...weights, u: uniform(rng, [workload.length], 0, 1) }
  const { B, T } = workload
  const { vocabulary, features } = model
  const batch = vocabulary
    ? { x: symbols(rng, [B, T], vocabulary), y: symbols(rng, [B, T], vocabulary) }
    : { x: normal(rng, [B, T, features]), y: normal(rng, [B, T, 1]) }
  return { ...weights, ...batch }
}

/** The rows of a recurrent layer's weights, in units of the hidden size. */
export const gates = { rnn: 1, lstm: 4, gru: 3 } as const

/** PyTorch's initialisation: within ±1/√H, the embedding standard normal. */
function makeWeights({ cell, layers, vocabulary, features, hidden }: Model, rng: Random): Data {
  const bound = 1 / Math.sqrt(hidden)
  const weights: Record<string, Matrix> = {}
  const add = (name: string, shape: Shape) => {
    weights[name] = uniform(rng, shape, -bound, bound)
  }
  if (vocabulary) weights['embedding.weight'] = normal(rng, [vocabulary, features])
  const rows = gates[cell] * hidden
  for (let layer = 0; layer < layers; layer++) {
    add(`rnn.weight_ih_l${layer}`, [rows, layer === 0 ? features : hidden])
    add(`rnn.weight_hh_l${layer}`, [rows, hidden])
    add(`rnn.bias_ih_l${layer}`, [rows])
    add(`rnn.bias_hh_l${layer}`, [rows])
  }
  const outputs = vocabulary ?? 1
  add('output.weight', [outputs, hidden])
  add('output.bias', [outputs])
  return weights
}

function normal(rng: Random, shape: Shape): Matrix {
  return { shape, data: Float32Array.from(rng.normal(shape).data) }
}

function uniform(rng: Random, shape: Shape, low: number, high: number): Matrix {
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => low + (high - low) * rng.next()) }
}

function symbols(rng: Random, shape: Shape, count: number): Matrix {
  return { shape, data: Int32Array.from({ length: sizeOf(shape) }, () => rng.integer(count)) }
}

/**
 * Writes data as any language can read it: `NAME.bin`, the bare little-endian numbers, and
 * `index.json`, which tells the dtype and the shape of each.
 */
export function writeData(folder: string, data: Data): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, { data: values }] of Object.entries(data))
    writeFileSync(join(folder, `${name}.bin`), values)
  writeFileSync(join(folder, 'index.json'), JSON.stringify(indexOf(data)))
}

function indexOf(data: Data) {
  return Object.fromEntries(
    Object.entries(data).map(([name, { shape, data }]) => {
      return [name, { dtype: data instanceof Int32Array ? 'int32' : 'float32', shape }]
    }),
  )
}

export function readData(folder: string): Data {
  const index: ReturnType<typeof indexOf> = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'))
  return Object.fromEntries(
    Object.entries(index).map(([name, { dtype, shape }]) => {
      const bytes = new Uint8Array(readFileSync(join(folder, `${name}.bin`))).buffer
      return [name, { shape, data: dtype === 'int32' ? new Int32Array(bytes) : new Float32Array(bytes) }]
    }),
  )
}
