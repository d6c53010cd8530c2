import { concat, type Variable } from '@unroll/autograd'
import { Dropout, GRU, Linear, LSTM, Module, type Recurrent, RNN, type State } from '@unroll/rnn'
import type { Random, Tensor } from '@unroll/tensor'
import type { Config } from './config.js'

/**
 * Tells the days after a window: the recurrent layer reads it to its end, and a linear layer makes of its last state the
 * forecasts for all days ahead at once.
 *
 * The linear layer sees the last day itself as well. The next one is much like it, and for that no memory is needed.
 */
export class Network extends Module {
  readonly rnn: Recurrent<State>
  readonly dropout: Dropout
  readonly output: Linear

  constructor(features: number, { cell, hidden, dropout, horizon }: Config, rng: Random) {
    super()
    this.rnn = new recurrent[cell](features, hidden, { returnSequences: false, rng })
    this.dropout = new Dropout(dropout, { rng })
    this.output = new Linear(hidden + features, horizon, { rng })
  }

  /** Windows [B, T, F] to forecasts [B, horizon, 1]. */
  forward(x: Tensor): Variable {
    const [state] = this.rnn.forward(x) // [B, hidden]
    const today = x.slice(null, -1) // [B, F]
    return this.output.forward(concat([this.dropout.forward(state), today], 1)).unsqueeze(2)
  }
}

const recurrent = { rnn: RNN, lstm: LSTM, gru: GRU }
