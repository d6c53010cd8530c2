import { mul, type Variable } from '@unroll/autograd'
import { checkNames, fail, type OptionNames, Random, type Tensor } from '@unroll/tensor'
import { checkProbability } from '../../modules/options.js'
import type { Cell } from '../cell.js'
import type { State } from '../state.js'
import { Wrapper } from './wrapper.js'

export interface VariationalDropoutOptions {
  /** The probability that a feature of the input is dropped. Default: 0. */
  input?: number
  /** The probability that a feature of h is dropped where it meets the recurrent weights. Default: 0. */
  hidden?: number
  /** Draws what is dropped. */
  rng: Random
}

const variationalDropoutOptions: OptionNames<VariationalDropoutOptions> = {
  input: true,
  hidden: true,
  rng: true,
}

/**
 * Dropout that is the same at every step of a sequence (Gal & Ghahramani 2016, eq. 8):
 *
 *     W (x m) + U (h n),   m [B, inputSize] and n [B, H] drawn once a sequence, of 0 and 1/(1 − p)
 *
 * Where h goes on beside the weights, as through the GRU's update gate, it is whole: dropped and scaled up again
 * and again it would vanish or explode. In evaluation everything passes, and the cell within runs as it would bare.
 */
export class VariationalDropout<S extends State> extends Wrapper<S> {
  readonly input: number
  readonly hidden: number
  readonly rng: Random

  /** @throws UnrollError when a probability is not from 0 to 1, or there is no generator. */
  constructor(cell: Cell<S>, options: VariationalDropoutOptions) {
    super(cell)
    checkNames('VariationalDropout', options, variationalDropoutOptions)
    const { rng, input = 0, hidden = 0 } = options ?? {}
    if (!(rng instanceof Random))
      fail('VariationalDropout', 'wants { rng }, the generator that draws what is dropped')
    this.input = checkProbability('VariationalDropout', input)
    this.hidden = checkProbability('VariationalDropout', hidden)
    this.rng = rng
  }

  override begin(batch: number): Cell<S> {
    const { cell, input, hidden, inputSize, stateSizes } = this
    const begun = cell.begin(batch)
    if (!this.training) return begun
    const m = input > 0 ? this.#draw(input, [batch, inputSize]) : undefined
    const n = hidden > 0 ? this.#draw(hidden, [batch, stateSizes.h]) : undefined
    const dropping = n ? begun.mapRecurrent((h) => mul(h, n)) : begun
    return m ? new MaskedInput(dropping, m) : dropping
  }

  #draw(p: number, shape: readonly number[]): Tensor {
    const kept = this.rng.bernoulli(shape, 1 - p, { dtype: this.dtype })
    return p === 1 ? kept : kept.div(1 - p)
  }
}

/** A cell whose input is multiplied by a mask `[B, inputSize]`, the same at every step. */
class MaskedInput<S extends State> extends Wrapper<S> {
  constructor(
    cell: Cell<S>,
    readonly mask: Tensor,
  ) {
    super(cell)
  }

  override project(x: Variable): Variable {
    return super.project(mul(x, x.rank === 3 ? this.mask.unsqueeze(1) : this.mask))
  }
}
