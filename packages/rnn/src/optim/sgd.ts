import type { Variable } from '@unroll/autograd'
import { fail, sgdStep, type Tensor } from '@unroll/tensor'
import { checkNonNegative } from './checks.js'
import { Optimizer, type OptimizerOptions } from './optimizer.js'
import type { Slots } from './slots.js'

export interface SGDOptions extends OptimizerOptions {
  /** μ: how much of the last step goes on. Default: 0. */
  momentum?: number
  /** Look ahead along the momentum (Nesterov 1983, in the form of Sutskever et al. 2013). Default: false. */
  nesterov?: boolean
  /** λ: an L2 penalty, added to the gradient. Default: 0. */
  weightDecay?: number
}

/**
 * Stochastic gradient descent, with PyTorch's numbers:
 *
 *     g ← g + λ p
 *     v ← μ v + g           (v = g at the first step)
 *     p ← p − lr · v        (Nesterov: p − lr · (g + μ v))
 */
export class SGD extends Optimizer {
  protected readonly slotNames = ['momentum_buffer']
  readonly momentum: number
  readonly nesterov: boolean
  readonly weightDecay: number

  constructor(parameters: Iterable<Variable>, options: SGDOptions) {
    super(parameters, options)
    this.momentum = checkNonNegative('SGD', 'momentum', options.momentum ?? 0)
    this.weightDecay = checkNonNegative('SGD', 'weightDecay', options.weightDecay ?? 0)
    this.nesterov = options.nesterov ?? false
    if (this.nesterov && this.momentum === 0) fail('SGD', 'nesterov wants a momentum > 0')
  }

  protected update(p: Tensor, gradient: Tensor, slots: Slots): void {
    const { lr, momentum, nesterov, weightDecay } = this
    const v = momentum === 0 ? undefined : slots.get('momentum_buffer')
    sgdStep(p, gradient, v, { lr, momentum, nesterov, weightDecay })
  }
}
