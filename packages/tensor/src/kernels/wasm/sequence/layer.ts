import type { Strided } from '../../kernels.js'
import { copy } from '../../reference/elementwise.js'
import type { SequenceInput, SequenceName } from '../../sequence.js'
import type { Engine } from '../engine.js'
import { placeRows } from '../operand.js'

/** A layer's sizes, and how its work is shared out. */
export interface Layer {
  /** What it is in assembly/sequence/task.ts. */
  readonly cell: number
  readonly B: number
  readonly T: number
  readonly I: number
  readonly H: number
  /** The number of gates. */
  readonly G: number
  /** How many vectors are kept of each step, and of how many the state consists. */
  readonly keeps: number
  readonly states: number
  /** Are W x + b and U h + d needed each for itself? Else their sum will do. */
  readonly apart: boolean
  readonly parts: number
  /** How many steps share a product with a weight of the input. */
  readonly together: number
}

const cells = {
  rnnTanh: { cell: 0, G: 1, keeps: 1, states: 1, apart: false },
  rnnRelu: { cell: 1, G: 1, keeps: 1, states: 1, apart: false },
  lstm: { cell: 2, G: 4, keeps: 4, states: 2, apart: false },
  gru: { cell: 3, G: 3, keeps: 4, states: 1, apart: true },
}

export function layerOf(name: SequenceName, { x, weightHh }: SequenceInput, threads: number): Layer {
  const [B, T, I] = x.shape
  const H = weightHh.shape[1]
  const { G } = cells[name]
  const parts = Math.min(threads, Math.ceil(B / 4))
  // A product of few rows is slow; and a large weight is fetched from afar, which many rows must make up for.
  const rows = G * H * I * 4 > 1 << 19 ? 256 : 32
  const together = Math.min(T, Math.ceil((rows * parts) / B))
  return { ...cells[name], B, T, I, H, parts, together }
}

/** How many floats a forward pass keeps: of each step what the cell keeps, and the state before it. */
export function keptLength({ B, T, H, keeps, states }: Layer): number {
  return T * B * (keeps + states) * H
}

/** The arguments that all tasks begin with, `Layer` in assembly/sequence/task.ts; loads what they tell of. */
export function describeLayer(engine: Engine, layer: Layer, input: SequenceInput, kept: number): number[] {
  const { cell, B, T, I, H, keeps, together } = layer
  const x = placeRows(engine, input.x)
  const lengths = input.lengths ? loadIntegers(engine, input.lengths) : 0
  const hBefore = kept + T * B * keeps * H * 4
  const cBefore = hBefore + T * B * H * 4
  // biome-ignore format: in groups
  return [
    cell, B, T, I, H, input.reverse ? 1 : 0, lengths,
    x.offset * 4, x.strides[0] * 4, x.strides[1] * 4,
    kept, hBefore, cBefore,
    together, engine.reserve(together * B * I * 4),
  ]
}

function loadIntegers(engine: Engine, x: Strided): number {
  const values = copy(x, 'int32')
  const pointer = engine.reserve(values.length * 4)
  engine.i32.set(values, pointer >> 2)
  return pointer
}
