import { GRUCell, type GRUCellOptions, gruCellOptions } from '../cells/gru-cell.js'
import type { State } from '../cells/state.js'
import { splitOptions } from './network-options.js'
import { type LayerOptions, Recurrent } from './recurrent.js'

export type GRUOptions = LayerOptions & GRUCellOptions

/** Gated recurrent units over a sequence: `GRUCell` at every step. Shapes: see `Recurrent`. */
export class GRU extends Recurrent<State, GRUCell> {
  /** @throws UnrollError when a size or an option is not what it should be, or there is no such option. */
  constructor(
    inputSize: number,
    readonly hiddenSize: number,
    options: GRUOptions,
  ) {
    const [layer, cell] = splitOptions(new.target.name, hiddenSize, options, gruCellOptions)
    super(inputSize, (size) => new GRUCell(size, hiddenSize, cell), layer)
  }
}
