import { GRUCell } from '../cells/gru-cell.js'
import type { State } from '../cells/state.js'
import { Recurrent, type RecurrentOptions } from './recurrent.js'

/** Gated recurrent units over a sequence: `GRUCell` at every step. Shapes: see `Recurrent`. */
export class GRU extends Recurrent<State> {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions) {
    super(inputSize, hiddenSize, options, (size) => new GRUCell(size, hiddenSize, options))
  }
}
