import { add, chunk, mul, sigmoid, sub, tanh, type Variable } from '@unroll/autograd'
import type { SequenceName } from '@unroll/tensor'
import { type CellOptions, GatedCell } from './gated-cell.js'
import type { State } from './state.js'

/**
 * Gated recurrent unit (Cho et al. 2014), in the form that PyTorch and cuDNN compute, where the reset
 * gate acts after the matrix product:
 *
 *     r, z = σ(W x + b + U h + d)      (each with its own rows)
 *     n = tanh(W x + b + r (U h + d))
 *     h′ = (1 − z) n + z h
 */
export class GRUCell extends GatedCell {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions) {
    super(inputSize, hiddenSize, 3, { h: hiddenSize }, options)
  }

  override get kernel(): SequenceName | undefined {
    return this.constructor === GRUCell ? 'gru' : undefined
  }

  advance(wx: Variable, { h }: State): State {
    const [xr, xz, xn] = chunk(wx, 3, -1)
    const [hr, hz, hn] = chunk(this.recur(h), 3, -1)
    const r = sigmoid(add(xr, hr))
    const z = sigmoid(add(xz, hz))
    const n = tanh(add(xn, mul(r, hn)))
    return { h: add(n, mul(z, sub(h, n))) } // = (1 − z) n + z h
  }
}
