import { add, squeeze, tanh, unsqueeze, type Variable } from '@unroll/autograd'
import { checkNames } from '@unroll/tensor'
import { Linear } from '../modules/linear.js'
import { checkOptions, checkSize, type ParameterOptions, parameterOptions } from '../modules/options.js'
import { Attention } from './attention.js'

/**
 * Additive attention (Bahdanau et al. 2015, A.1.2), a small network for the score:
 *
 *     score(q, m) = v · tanh(W q + U m)
 *
 * Luong's `concat` (Luong et al. 2015, eq. 8) is the same, with W and U side by side in one matrix.
 */
export class AdditiveAttention extends Attention {
  /** W `[hiddenSize, querySize]` */
  readonly queryLayer: Linear
  /** U `[hiddenSize, memorySize]` */
  readonly memoryLayer: Linear
  /** v `[1, hiddenSize]` */
  readonly scoreLayer: Linear

  constructor(
    querySize: number,
    memorySize: number,
    readonly hiddenSize: number,
    options: ParameterOptions,
  ) {
    super(querySize, memorySize)
    checkNames('AdditiveAttention', options, parameterOptions)
    const { rng, dtype } = checkOptions('AdditiveAttention', options)
    checkSize('AdditiveAttention', 'hiddenSize', hiddenSize)
    this.queryLayer = new Linear(querySize, hiddenSize, { bias: false, rng, dtype })
    this.memoryLayer = new Linear(memorySize, hiddenSize, { bias: false, rng, dtype })
    this.scoreLayer = new Linear(hiddenSize, 1, { bias: false, rng, dtype })
  }

  /** U m, `[N, S, hiddenSize]` */
  override keysOf(memory: Variable): Variable {
    return this.memoryLayer.forward(memory)
  }

  score(query: Variable, keys: Variable): Variable {
    const q = unsqueeze(this.queryLayer.forward(query), 2) // [N, T, 1, hiddenSize]
    const k = unsqueeze(keys, 1) // [N, 1, S, hiddenSize]
    return squeeze(this.scoreLayer.forward(tanh(add(q, k))), -1)
  }
}
