import { gemm } from '../matmul'
import { gruForward } from './gru'
import { lstmForward } from './lstm'
import { multiplySteps } from './multiply-steps'
import { rnnForward } from './rnn'
import { copyRow, fillRows } from './rows'
import { Cell, gatherInput, Layer } from './task'

@unmanaged
class Forward extends Layer {
  /** Are `kept` and `hBefore`, `cBefore` to be written for all steps? Else `kept` has room for `together` steps. */
  save: i32
  /** Packed as the right-hand sides of x Wᵀ and h Uᵀ. */
  weightIh: usize
  weightHh: usize
  /** b and d, or 0; where W x + b and U h + d are only used as a sum, b is b + d. */
  biasIh: usize
  biasHh: usize
  /** The state `[B, H]`, before the first step and after the last. */
  h: usize
  c: usize
  /** `[B, T, H]` */
  output: usize
  /** Room for U h + d of a step, `[B, 3 · H]`: the GRU's. */
  uh: usize
}

/** A task: the sequences of a part, all steps. */
export function sequenceForward(args: usize, part: i32, parts: i32): void {
  const layer = changetype<Forward>(args)
  const T = layer.T, together = layer.together
  const from = layer.first(part, parts), to = layer.first(part + 1, parts)
  if (from == to) return
  for (let s = 0; s < T; s += together) {
    const steps = min(together, T - s)
    projectInput(layer, s, steps, from, to)
    for (let i = s; i < s + steps; i++) step(layer, i, from, to)
  }
}

/** W x + b, in the place of what will be kept. */
function projectInput(layer: Forward, s: i32, steps: i32, from: i32, to: i32): void {
  const I = layer.I, N = layer.gates * layer.H, B = layer.B, rows = to - from
  const xs = layer.inputs(from)
  gatherInput(layer, s, steps, from, to, xs)
  const wx = keptRow(layer, s, from), stride: usize = layer.keeps * layer.H * 4
  if (layer.biasIh)
    for (let i = 0; i < steps; i++) fillRows(rows, N, layer.biasIh, wx + i * B * stride, stride)
  multiplySteps(
    steps, rows, N, I, xs, rows * I * 4, I * 4, layer.weightIh, wx, B * stride, stride, layer.biasIh != 0)
}

function step(layer: Forward, s: i32, from: i32, to: i32): void {
  const cell = layer.cell, H = layer.H, N = layer.gates * H, rows = to - from
  const wide: usize = H * 4
  const kept = keptRow(layer, s, from), stride = layer.keeps * wide
  const h = layer.h + from * wide, c = layer.c + from * wide
  if (layer.save) {
    const before = (s * layer.B + from) * wide
    memory.copy(layer.hBefore + before, h, rows * wide)
    if (cell == Cell.lstm) memory.copy(layer.cBefore + before, c, rows * wide)
  }
  // U h + d: added to W x + b right away, but for the GRU.
  const uh = layer.uh + from * 3 * wide
  if (cell == Cell.gru) {
    if (layer.biasHh) fillRows(rows, N, layer.biasHh, uh, 3 * wide)
    gemm(rows, N, H, h, 4 * wide, wide, 4, layer.weightHh, uh, 3 * wide, layer.biasHh != 0)
  } else gemm(rows, N, H, h, 4 * wide, wide, 4, layer.weightHh, kept, stride, true)

  const t = layer.time(s)
  for (let row = 0; row < rows; row++) {
    const b = from + row
    const y = layer.output + (b * layer.T + t) * wide
    if (!layer.moves(b, t)) {
      memory.fill(y, 0, wide)
      continue
    }
    const hRow = h + row * wide, cRow = c + row * wide, keptOf = kept + row * stride
    switch (cell) {
      case Cell.lstm: { lstmForward(H, keptOf, hRow, cRow); break }
      case Cell.gru: { gruForward(H, keptOf, uh + row * 3 * wide, hRow); break }
      default: rnnForward(H, cell == Cell.rnnRelu, keptOf, hRow)
    }
    copyRow(H, hRow, y)
  }
}

/** What is kept of a sequence's step; only of the steps in hand, when nothing is to be saved. */
function keptRow(layer: Forward, s: i32, b: i32): usize {
  const slot = layer.save ? s : s % layer.together
  return layer.kept + (slot * layer.B + b) * layer.keeps * layer.H * 4
}
