import { LSTMCell, type LSTMCellOptions, type LSTMState } from '../cells/lstm-cell.js'
import { checkNetwork, type RecurrentOptions } from './network-options.js'
import { Recurrent } from './recurrent.js'

export type LSTMOptions = RecurrentOptions & LSTMCellOptions

/**
 * Long short-term memory over a sequence: `LSTMCell` at every step. Shapes: see `Recurrent`.
 *
 *     const lstm = new LSTM(8, 32, { rng: new Random(1) })
 *     const [output, { h, c }] = lstm.forward(x) // x [B, T, 8], output [B, T, 32], h and c [1, B, 32]
 */
export class LSTM extends Recurrent<LSTMState, LSTMCell> {
  constructor(
    inputSize: number,
    readonly hiddenSize: number,
    options: LSTMOptions,
  ) {
    checkNetwork(new.target.name, hiddenSize, options)
    super(inputSize, (size) => new LSTMCell(size, hiddenSize, options), options)
  }
}
