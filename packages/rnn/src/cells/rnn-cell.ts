import { add, relu, tanh, type Variable } from '@unroll/autograd'
import { checkNames, fail, type OptionNames, type SequenceName } from '@unroll/tensor'
import { type CellOptions, cellOptions, GatedCell } from './gated-cell.js'
import type { State } from './state.js'

export type Nonlinearity = 'tanh' | 'relu'

export interface RNNCellOptions extends CellOptions {
  /** Default: tanh. */
  nonlinearity?: Nonlinearity
}

export const rnnCellOptions: OptionNames<RNNCellOptions> = { ...cellOptions, nonlinearity: true }

/**
 * h′ = tanh(W x + b + U h + d), or with relu in the place of tanh (Elman 1990)
 */
export class RNNCell extends GatedCell {
  readonly nonlinearity: Nonlinearity

  /** @throws UnrollError when a size or an option is not what it should be, or there is no such option. */
  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions) {
    checkNames(new.target.name, options, rnnCellOptions)
    super(inputSize, hiddenSize, 1, { h: hiddenSize }, options)
    this.nonlinearity = options.nonlinearity ?? 'tanh'
    if (this.nonlinearity !== 'tanh' && this.nonlinearity !== 'relu')
      fail('RNNCell', `nonlinearity is tanh or relu, got ${String(this.nonlinearity)}`)
  }

  override get kernel(): SequenceName | undefined {
    if (this.constructor !== RNNCell || this.variants.length > 0) return undefined
    return this.nonlinearity === 'relu' ? 'rnnRelu' : 'rnnTanh'
  }

  advance(wx: Variable, { h }: State): State {
    const a = add(wx, this.recur(h))
    return { h: this.nonlinearity === 'relu' ? relu(a) : tanh(a) }
  }
}
