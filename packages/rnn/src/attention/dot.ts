import { matmul, mul, transpose, type Variable } from '@unroll/autograd'
import { checkNames } from '@unroll/tensor'
import { checkFlag } from '../modules/options.js'
import { Attention } from './attention.js'

export interface DotAttentionOptions {
  /** Divide the scores by √size (Vaswani et al. 2017), so that their spread does not grow with it? Default: false. */
  scaled?: boolean
}

/**
 * Dot-product attention (Luong et al. 2015, eq. 8, `dot`), without parameters: query and memory have one size.
 *
 *     score(q, m) = q · m,   or scaled, q · m / √size
 */
export class DotAttention extends Attention {
  readonly scaled: boolean

  constructor(size: number, options: DotAttentionOptions = {}) {
    super(size, size)
    checkNames('DotAttention', options, { scaled: true })
    this.scaled = checkFlag('DotAttention', 'scaled', options.scaled ?? false)
  }

  score(query: Variable, keys: Variable): Variable {
    return matmul(this.scaled ? mul(query, 1 / Math.sqrt(this.querySize)) : query, transpose(keys))
  }
}
