import { LSTMCell, type LSTMCellOptions, type LSTMState } from '../cells/lstm-cell.js'
import { Recurrent, type RecurrentOptions } from './recurrent.js'

export interface LSTMOptions extends RecurrentOptions, LSTMCellOptions {}

/**
 * Long short-term memory over a sequence: `LSTMCell` at every step. Shapes: see `Recurrent`.
 *
 *     const lstm = new LSTM(8, 32, { rng: new Random(1) })
 *     const [output, { h, c }] = lstm.forward(x) // x [B, T, 8], output [B, T, 32], h and c [1, B, 32]
 */
export class LSTM extends Recurrent<LSTMState> {
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions) {
    super(inputSize, hiddenSize, options, (size) => new LSTMCell(size, hiddenSize, options))
  }
}
