import { GRUCell } from '../cells/gru-cell.js'
import type { State } from '../cells/state.js'
import { checkNetwork, type RecurrentOptions } from './network-options.js'
import { Recurrent } from './recurrent.js'

/** Gated recurrent units over a sequence: `GRUCell` at every step. Shapes: see `Recurrent`. */
export class GRU extends Recurrent<State, GRUCell> {
  constructor(
    inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
  ) {
    checkNetwork(new.target.name, hiddenSize, options)
    super(inputSize, (size) => new GRUCell(size, hiddenSize, options), options)
  }
}
