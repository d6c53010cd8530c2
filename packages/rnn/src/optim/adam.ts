import type { Variable } from '@unroll/autograd'
import { adamStep, type Tensor } from '@unroll/tensor'
import { checkDecay, checkNonNegative } from './checks.js'
import { Optimizer, type OptimizerOptions } from './optimizer.js'
import type { Slots } from './slots.js'

export interface AdamOptions extends Partial<OptimizerOptions> {
  /** The learning rate. Default: 0.001. */
  lr?: number
  /** β₁ and β₂, the decay rates of the two moments. Default: [0.9, 0.999]. */
  betas?: readonly [number, number]
  /** ε, added to the divisor. Default: 1e-8. */
  eps?: number
  /** λ: how strongly weights are pulled to 0. Default: 0 (AdamW: 0.01). */
  weightDecay?: number
  /** Divide by the largest second moment so far (Reddi et al. 2018). Default: false. */
  amsgrad?: boolean
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with PyTorch's numbers; weight decay is an L2 penalty, added to
 * the gradient:
 *
 *     g ← g + λ p
 *     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *     p ← p − lr · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 */
export class Adam extends Optimizer {
  protected readonly slotNames: readonly string[]
  readonly betas: readonly [number, number]
  readonly eps: number
  readonly weightDecay: number
  readonly amsgrad: boolean

  constructor(parameters: Iterable<Variable>, options: AdamOptions = {}) {
    super(parameters, { lr: options.lr ?? 0.001 })
    const op = this.constructor.name
    const [β1, β2] = options.betas ?? [0.9, 0.999]
    this.betas = [checkDecay(op, 'betas[0]', β1), checkDecay(op, 'betas[1]', β2)]
    this.eps = checkNonNegative(op, 'eps', options.eps ?? 1e-8)
    this.weightDecay = checkNonNegative(op, 'weightDecay', options.weightDecay ?? 0)
    this.amsgrad = options.amsgrad ?? false
    this.slotNames = ['step', 'exp_avg', 'exp_avg_sq', ...(this.amsgrad ? ['max_exp_avg_sq'] : [])]
  }

  /** Is the decay taken from the weights themselves, beside the gradient? */
  protected readonly decoupled: boolean = false

  protected update(p: Tensor, gradient: Tensor, slots: Slots): void {
    const { lr, betas, eps, weightDecay, decoupled } = this
    const step = slots.countStep()
    const moments = {
      m: slots.get('exp_avg'),
      v: slots.get('exp_avg_sq'),
      ...(this.amsgrad && { largest: slots.get('max_exp_avg_sq') }),
    }
    adamStep(p, gradient, moments, { lr, betas, eps, weightDecay, decoupled, step })
  }
}
