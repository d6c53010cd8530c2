import { RNNCell, type RNNCellOptions } from '../cells/rnn-cell.js'
import type { State } from '../cells/state.js'
import { Recurrent, type RecurrentOptions } from './recurrent.js'

export interface RNNOptions extends RecurrentOptions, RNNCellOptions {}

/** An Elman network over a sequence: `RNNCell` at every step. Shapes: see `Recurrent`. */
export class RNN extends Recurrent<State> {
  constructor(inputSize: number, hiddenSize: number, options: RNNOptions) {
    super(inputSize, hiddenSize, options, (size) => new RNNCell(size, hiddenSize, options))
  }
}
