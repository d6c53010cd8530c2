import { matmul, transpose, type Variable } from '@unroll/autograd'
import { checkNames } from '@unroll/tensor'
import { Linear } from '../modules/linear.js'
import { checkOptions, type ParameterOptions, parameterOptions } from '../modules/options.js'
import { Attention } from './attention.js'

/**
 * Multiplicative attention (Luong et al. 2015, eq. 8, `general`), which brings memories to the size of queries:
 *
 *     score(q, m) = q · W m
 */
export class GeneralAttention extends Attention {
  /** W `[querySize, memorySize]` */
  readonly memoryLayer: Linear

  constructor(querySize: number, memorySize: number, options: ParameterOptions) {
    super(querySize, memorySize)
    checkNames('GeneralAttention', options, parameterOptions)
    const { rng, dtype } = checkOptions('GeneralAttention', options)
    this.memoryLayer = new Linear(memorySize, querySize, { bias: false, rng, dtype })
  }

  /** W m, `[N, S, querySize]` */
  override keysOf(memory: Variable): Variable {
    return this.memoryLayer.forward(memory)
  }

  score(query: Variable, keys: Variable): Variable {
    return matmul(query, transpose(keys))
  }
}
