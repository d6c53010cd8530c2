import { add, chunk, mul, sigmoid, sub, tanh, type Variable } from '@unroll/autograd'
import { checkNames, type OptionNames, type SequenceName } from '@unroll/tensor'
import { checkFlag } from '../modules/options.js'
import { type CellOptions, cellOptions, GatedCell } from './gated-cell.js'
import type { State } from './state.js'

export interface GRUCellOptions extends CellOptions {
  /**
   * Does the reset gate act after the matrix product, r (U h + d), as in PyTorch and cuDNN; or before it, U (r h) + d, as in Cho et
   * al. 2014? Default: true, after.
   */
  resetAfter?: boolean
}

export const gruCellOptions: OptionNames<GRUCellOptions> = { ...cellOptions, resetAfter: true }

/**
 * Gated recurrent unit (Cho et al. 2014), in the form that PyTorch and cuDNN compute, where the reset
 * gate acts after the matrix product:
 *
 *     r, z = σ(W x + b + U h + d)      (each with its own rows)
 *     n = tanh(W x + b + r (U h + d))
 *     h′ = (1 − z) n + z h
 *
 * With `resetAfter: false`, n = tanh(W x + b + U (r h) + d), as in the paper. `layerNorm` normalises r and z together, and n by itself.
 */
export class GRUCell extends GatedCell {
  readonly resetAfter: boolean

  /** @throws UnrollError when a size or an option is not what it should be, or there is no such option. */
  constructor(inputSize: number, hiddenSize: number, options: GRUCellOptions) {
    checkNames(new.target.name, options, gruCellOptions)
    super(inputSize, hiddenSize, [2, 1], { h: hiddenSize }, options)
    this.resetAfter = checkFlag(new.target.name, 'resetAfter', options.resetAfter ?? true)
  }

  override get variants(): readonly string[] {
    return [...super.variants, ...(this.resetAfter ? [] : ['resetAfter: false'])]
  }

  override get kernel(): SequenceName | undefined {
    return this.constructor === GRUCell && this.variants.length === 0 ? 'gru' : undefined
  }

  advance(wx: Variable, { h }: State): State {
    const { resetAfter } = this
    const [xr, xz, xn] = chunk(wx, 3, -1)
    const [hr, hz, hn] = resetAfter ? chunk(this.recur(h), 3, -1) : chunk(this.recur(h, 0), 2, -1)
    const r = sigmoid(add(xr, hr))
    const z = sigmoid(add(xz, hz))
    const n = tanh(add(xn, resetAfter ? mul(r, hn) : this.recur(mul(r, h), 1)))
    return { h: add(n, mul(z, sub(h, n))) } // = (1 − z) n + z h
  }
}
