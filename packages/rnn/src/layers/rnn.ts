import { RNNCell, type RNNCellOptions } from '../cells/rnn-cell.js'
import type { State } from '../cells/state.js'
import { checkNetwork, type RecurrentOptions } from './network-options.js'
import { Recurrent } from './recurrent.js'

export type RNNOptions = RecurrentOptions & RNNCellOptions

/** An Elman network over a sequence: `RNNCell` at every step. Shapes: see `Recurrent`. */
export class RNN extends Recurrent<State, RNNCell> {
  constructor(
    inputSize: number,
    readonly hiddenSize: number,
    options: RNNOptions,
  ) {
    checkNetwork(new.target.name, hiddenSize, options)
    super(inputSize, (size) => new RNNCell(size, hiddenSize, options), options)
  }
}
