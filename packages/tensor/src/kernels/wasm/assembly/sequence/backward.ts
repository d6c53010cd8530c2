import { lower, rounded, upper } from '../lanes'
import { gemm, packInto } from '../matmul'
import { gruBackward } from './gru'
import { lstmBackward } from './lstm'
import { multiplySteps } from './multiply-steps'
import { rnnBackward } from './rnn'
import { copyRow, lanes, putTransposed, storeLanes } from './rows'
import { Cell, gatherInput, Layer } from './task'

@unmanaged
class Backward extends Layer {
  /** dL/d(output) `[B, T, H]`, the last axis contiguous, as x is told of; 0 when there is none. */
  dOutput: usize
  dOutputBatch: usize
  dOutputStep: usize
  /** dL/d(state) `[B, H]`, after the last step and, in the end, before the first. */
  dh: usize
  dc: usize
  /** Packed as the right-hand sides of dx = dWx · W, dh = dUh · U. */
  weightIh: usize
  weightHh: usize
  /** `[B, T, I]`; 0 when it is not wanted. */
  dx: usize
  /**
   * Room for `together` steps of dL/d(W x + b) `[together · B, G · H]`, and for dL/d(U h + d) of one, where it
   * differs.
   */
  dWx: usize
  dUh: usize
  /** How far it is from row to row of dWx and dUh. */
  stride: usize
  /** For the weights' gradients, in the panels of `gemm`: dWx and dUh transposed (see `panelOf`), x, hBefore. */
  dGates: usize
  xPanels: usize
  hPanels: usize
  /** `[G · H, I]`, `[G · H, H]`, and a row of H for each kind of panels of dGates. */
  dWeightIh: usize
  dWeightHh: usize
  dBias: usize
}

/**
 * A task: the sequences of a part, from the last step to the first. Their share in the weights' gradients is laid
 * out for `sequenceWeights`, which is to follow when all parts are done.
 */
export function sequenceBackward(args: usize, part: i32, parts: i32): void {
  const layer = changetype<Backward>(args)
  const from = layer.first(part, parts), to = layer.first(part + 1, parts)
  if (from == to) return
  for (let end = layer.T; end > 0; end -= layer.together) {
    const start = max(0, end - layer.together)
    for (let s = end - 1; s >= start; s--) stepBack(layer, s, s - start, from, to)
    projectBack(layer, start, end - start, from, to)
  }
}

function stepBack(layer: Backward, s: i32, slot: i32, from: i32, to: i32): void {
  const cell = layer.cell, B = layer.B, H = layer.H, N = layer.gates * H, rows = to - from, stride = layer.stride
  const wide: usize = H * 4, kept: usize = layer.keeps * wide
  const dWx = layer.dWx + (slot * B + from) * stride
  const dUh = cell == Cell.gru ? layer.dUh + from * stride : dWx
  const dh = layer.dh + from * wide
  const t = layer.time(s)
  for (let row = 0; row < rows; row++) {
    const b = from + row, at = s * B + b
    const dWxRow = dWx + row * stride, dUhRow = dUh + row * stride
    if (!layer.moves(b, t)) {
      memory.fill(dWxRow, 0, N * 4)
      memory.fill(dUhRow, 0, N * 4)
      continue
    }
    const dhRow = dh + row * wide, keptRow = layer.kept + at * kept, before = at * wide
    if (layer.dOutput) addRow(H, layer.dOutput + b * layer.dOutputBatch + t * layer.dOutputStep, dhRow)
    switch (cell) {
      case Cell.lstm: { lstmBackward(H, keptRow, layer.cBefore + before, dhRow, layer.dc + b * wide, dWxRow); break }
      case Cell.gru: { gruBackward(H, keptRow, layer.hBefore + before, dhRow, dWxRow, dUhRow); break }
      default: rnnBackward(H, cell == Cell.rnnRelu, keptRow, dhRow, dWxRow)
    }
  }
  // + Uᵀ dL/d(U h + d)
  gemm(rows, H, N, dUh, 4 * stride, stride, 4, layer.weightHh, dh, wide, true)

  const first = s * B + from
  for (let gate = 0; gate < layer.gates; gate++)
    putTransposed(rows, H, dWx + gate * wide, stride, panelOf(layer, gate, 0) + first * 16, panelSize(layer))
  if (cell == Cell.gru)
    putTransposed(rows, H, dUh + 2 * wide, stride, panelOf(layer, 3, 0) + first * 16, panelSize(layer))
  packInto(rows, H, layer.hBefore + first * wide, wide, 4, layer.hPanels + first * 32, 2 * panelSize(layer))
}

/** x of some steps into its panels, and dx = dWx · W. */
function projectBack(layer: Backward, s: i32, steps: i32, from: i32, to: i32): void {
  const I = layer.I, N = layer.gates * layer.H, B = layer.B, rows = to - from, stride = layer.stride
  let xs = layer.inputs(from)
  gatherInput(layer, s, steps, from, to, xs)
  for (let i = 0; i < steps; i++) {
    const first = (s + i) * B + from
    packInto(rows, I, xs + i * rows * I * 4, I * 4, 4, layer.xPanels + first * 32, 2 * panelSize(layer))
  }
  if (!layer.dx) return
  multiplySteps(
    steps, rows, I, N, layer.dWx + from * stride, B * stride, stride, layer.weightIh, xs, rows * I * 4, I * 4, false)
  for (let i = s; i < s + steps; i++)
    for (let b = from; b < to; b++, xs += I * 4) copyRow(I, xs, layer.dx + (b * layer.T + layer.time(i)) * I * 4)
}

/**
 * A task, after `sequenceBackward`: dW = dWxᵀ x, dU = dUhᵀ h, and the biases' gradients, which are the sums of dWx
 * and dUh over all steps and sequences; each part some of their rows.
 */
export function sequenceWeights(args: usize, part: i32, parts: i32): void {
  const layer = changetype<Backward>(args)
  const I = layer.I, H = layer.H, K = layer.T * layer.B, gru = layer.cell == Cell.gru
  const size = panelSize(layer), quads = (H + 3) / 4, kinds = layer.gates + i32(gru)
  for (let kind = 0; kind < kinds; kind++) {
    // Of the panels of every kind its share: so all parts have the same to do.
    const q = quads * part / parts, end = quads * (part + 1) / parts
    const rows = min(4 * end, H) - 4 * q
    if (rows <= 0) continue
    const a = panelOf(layer, kind, q)
    // The GRU's kinds: r, z, n as W x sees it, n as U h sees it.
    if (kind < layer.gates)
      gemm(rows, I, K, a, size, 4, 16, layer.xPanels, layer.dWeightIh + (kind * H + 4 * q) * I * 4, I * 4, false)
    if (!gru || kind != 2) {
      const gate = min(kind, layer.gates - 1)
      gemm(rows, H, K, a, size, 4, 16, layer.hPanels, layer.dWeightHh + (gate * H + 4 * q) * H * 4, H * 4, false)
    }
    for (let j = 4 * q; j < 4 * q + rows; j += 4)
      storeLanes(lanes(H, j), layer.dBias + (kind * H + j) * 4, sumOfRows(K, panelOf(layer, kind, j / 4)))
  }
}

/**
 * Where the panel of 4 units begins. There is a kind of panels for every gate, of dWx; and of the GRU's dUh those of
 * n, for the others are as in dWx.
 */
function panelOf(layer: Backward, kind: i32, quad: i32): usize {
  return layer.dGates + (kind * ((layer.H + 3) / 4) + quad) * panelSize(layer)
}

/** Bytes of a panel of 4 columns. */
function panelSize(layer: Backward): usize {
  return layer.T * layer.B * 16
}

/** The sum of `rows` vectors, taken in float64. */
function sumOfRows(rows: i32, x: usize): v128 {
  let low = f64x2.splat(0), high = low
  for (const end = x + rows * 16; x < end; x += 16) {
    low = f64x2.add(low, lower(v128.load(x)))
    high = f64x2.add(high, upper(v128.load(x)))
  }
  return rounded(low, high)
}

/** to += from */
function addRow(length: i32, from: usize, to: usize): void {
  for (let i = 0; i < length; i += 4) {
    const at: usize = i * 4
    storeLanes(lanes(length, i), to + at, f32x4.add(v128.load(to + at), v128.load(from + at)))
  }
}
