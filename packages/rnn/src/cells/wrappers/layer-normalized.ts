import type { Variable } from '@unroll/autograd'
import { checkNames } from '@unroll/tensor'
import { LayerNorm } from '../../modules/layer-norm.js'
import type { Cell } from '../cell.js'
import type { State } from '../state.js'
import { Wrapper } from './wrapper.js'

/**
 * Normalises h after each step, over its features (Ba, Kiros & Hinton 2016): what goes out, and into the next step, has for
 * each sequence mean 0 and variance 1, but for a weight and a bias that are learnt (keys `norm.weight`, `norm.bias`).
 *
 *     h′ = LN(h̃),   h̃ the cell's own
 *
 * It works for any cell. Cells of gates can be normalised within, before the gates, as the paper does: see their option `layerNorm`.
 */
export class LayerNormalized<S extends State> extends Wrapper<S> {
  readonly norm: LayerNorm

  constructor(cell: Cell<S>, options: { eps?: number } = {}) {
    super(cell)
    checkNames('LayerNormalized', options, { eps: true })
    this.norm = new LayerNorm(cell.stateSizes.h, { ...options, dtype: cell.dtype })
  }

  override advance(px: Variable, state: S): S {
    const next = super.advance(px, state)
    return { ...next, h: this.norm.forward(next.h) }
  }
}
