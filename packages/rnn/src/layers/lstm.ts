import { LSTMCell, type LSTMCellOptions, type LSTMState, lstmCellOptions } from '../cells/lstm-cell.js'
import { splitOptions } from './network-options.js'
import { type LayerOptions, Recurrent } from './recurrent.js'

export type LSTMOptions = LayerOptions & LSTMCellOptions

/**
 * Long short-term memory over a sequence: `LSTMCell` at every step. Shapes: see `Recurrent`.
 *
 *     const lstm = new LSTM(8, 32, { rng: new Random(1) })
 *     const [output, { h, c }] = lstm.forward(x) // x [B, T, 8], output [B, T, 32], h and c [1, B, 32]
 */
export class LSTM extends Recurrent<LSTMState, LSTMCell> {
  /** @throws UnrollError when a size or an option is not what it should be, or there is no such option. */
  constructor(
    inputSize: number,
    readonly hiddenSize: number,
    options: LSTMOptions,
  ) {
    const [layer, cell] = splitOptions(new.target.name, hiddenSize, options, lstmCellOptions)
    super(inputSize, (size) => new LSTMCell(size, hiddenSize, cell), layer)
  }
}
