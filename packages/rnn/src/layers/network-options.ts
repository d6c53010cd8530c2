import type { CellOptions } from '../cells/gated-cell.js'
import { checkOptions, checkSize } from '../modules/options.js'
import type { LayerOptions } from './recurrent.js'

/** What `RNN`, `LSTM` and `GRU` share: the options of a layer, and those of its cells. */
export type RecurrentOptions = LayerOptions & CellOptions

/** Checks under the layer's own name what would else be found in its cells. */
export function checkNetwork(op: string, hiddenSize: number, options: RecurrentOptions): void {
  checkOptions(op, options)
  checkSize(op, 'hiddenSize', hiddenSize)
}
