import { RNNCell, type RNNCellOptions, rnnCellOptions } from '../cells/rnn-cell.js'
import type { State } from '../cells/state.js'
import { splitOptions } from './network-options.js'
import { type LayerOptions, Recurrent } from './recurrent.js'

export type RNNOptions = LayerOptions & RNNCellOptions

/** An Elman network over a sequence: `RNNCell` at every step. Shapes: see `Recurrent`. */
export class RNN extends Recurrent<State, RNNCell> {
  /** @throws UnrollError when a size or an option is not what it should be, or there is no such option. */
  constructor(
    inputSize: number,
    readonly hiddenSize: number,
    options: RNNOptions,
  ) {
    const [layer, cell] = splitOptions(new.target.name, hiddenSize, options, rnnCellOptions)
    super(inputSize, (size) => new RNNCell(size, hiddenSize, cell), layer)
  }
}
