import { add, chunk, mul, sigmoid, tanh, type Variable } from '@unroll/autograd'
import { fail, type SequenceName } from '@unroll/tensor'
import { type CellOptions, GatedCell } from './gated-cell.js'
import type { State } from './state.js'

export interface LSTMCellOptions extends CellOptions {
  /** Start the forget gate's bias at this value (1 lets a new network remember: Jozefowicz et al. 2015). Default: PyTorch's random one. */
  forgetBias?: number
}

/** The hidden state h and the cell state c, each `[B, H]`. */
export interface LSTMState extends State {
  readonly c: Variable
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000), gates in
 * PyTorch's order i, f, g, o:
 *
 *     i, f, o = σ(W x + b + U h + d),  g = tanh(W x + b + U h + d)   (each with its own rows)
 *     c′ = f c + i g
 *     h′ = o tanh c′
 */
export class LSTMCell extends GatedCell<LSTMState> {
  constructor(inputSize: number, hiddenSize: number, options: LSTMCellOptions) {
    super(inputSize, hiddenSize, 4, { h: hiddenSize, c: hiddenSize }, options)
    const { forgetBias } = options
    if (forgetBias === undefined) return
    if (!Number.isFinite(forgetBias)) fail('LSTMCell', `forgetBias is a finite number, got ${forgetBias}`)
    if (!this.biasIh || !this.biasHh) fail('LSTMCell', 'forgetBias wants a bias, and bias is false')
    const f = 1
    this.gateOf(this.biasIh, f).fill(forgetBias)
    this.gateOf(this.biasHh, f).fill(0)
  }

  override get kernel(): SequenceName | undefined {
    return this.constructor === LSTMCell ? 'lstm' : undefined
  }

  advance(wx: Variable, { h, c }: LSTMState): LSTMState {
    const [ai, af, ag, ao] = chunk(add(wx, this.recur(h)), 4, -1)
    const [i, f, g, o] = [sigmoid(ai), sigmoid(af), tanh(ag), sigmoid(ao)]
    c = add(mul(f, c), mul(i, g))
    h = mul(o, tanh(c))
    return { h, c }
  }
}
