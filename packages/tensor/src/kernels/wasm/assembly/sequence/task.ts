import { copyRow } from './rows'

/*
 * What the tasks of a sequence are told, in the order in which ../../sequence packs it: numbers and pointers.
 *
 * Steps are counted by s in the order in which they are done, from the last to the first when `reverse`; t is
 * where a step stands in the sequence. What is kept, or handed from task to task, lies step by step, the
 * sequences of a step side by side: row s · B + b belongs to sequence b at step s. So the products need no
 * copies, and a part of the batch is a part of each step.
 */

/** The recurrent networks, numbered. */
export const enum Cell { rnnTanh, rnnRelu, lstm, gru }

@unmanaged
export class Layer {
  cell: Cell
  B: i32
  T: i32
  I: i32
  H: i32
  reverse: i32
  /** `[B]` integers; 0 when no sequence ends before T. */
  lengths: usize

  /** `[B, T, I]`, the last axis contiguous; how far it is from sequence to sequence, and from step to step. */
  x: usize
  xBatch: usize
  xStep: usize

  /** What the cell keeps of each step, `[T · B, keeps · H]` */
  kept: usize
  /** The state before each step, each part `[T · B, H]` */
  hBefore: usize
  cBefore: usize

  /** How many steps share a product with the weight of the input, and room for their x, or dx: `[together · B, I]`. */
  together: i32
  xs: usize

  get gates(): i32 {
    return this.cell == Cell.lstm ? 4 : this.cell == Cell.gru ? 3 : 1
  }

  get keeps(): i32 {
    return this.cell == Cell.lstm || this.cell == Cell.gru ? 4 : 1
  }

  /** The first sequence of a part: parts begin at multiples of 4, the rows of a tile of the products. */
  first(part: i32, parts: i32): i32 {
    return min(this.B, ((this.B + 3) / 4 * part) / parts * 4)
  }

  /** Where the room for the inputs of a part begins, whose first sequence is `from`. */
  inputs(from: i32): usize {
    return this.xs + from * this.together * this.I * 4
  }

  /** Where step s stands in the sequence. */
  time(s: i32): i32 {
    return this.reverse ? this.T - 1 - s : s
  }

  /** Does sequence b move at t: has it not ended? */
  moves(b: i32, t: i32): bool {
    return !this.lengths || t < load<i32>(this.lengths + b * 4)
  }
}

/** x of the sequences from … to at `steps` steps from s on, row by row, with zeros where they have ended. */
export function gatherInput(layer: Layer, s: i32, steps: i32, from: i32, to: i32, xs: usize): void {
  const I = layer.I, x = layer.x, xBatch = layer.xBatch, xStep = layer.xStep
  for (let i = s; i < s + steps; i++) {
    const t = layer.time(i)
    for (let b = from; b < to; b++, xs += I * 4) {
      if (layer.moves(b, t)) copyRow(I, x + b * xBatch + t * xStep, xs)
      else memory.fill(xs, 0, I * 4)
    }
  }
}
