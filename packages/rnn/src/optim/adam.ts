import { adamStep, type Tensor } from '@unroll/tensor'
import { Optimizer, type OptimizerOptions } from './optimizer.js'
import { type OptionRules, option } from './option-rules.js'
import type { Trainable } from './parameter-group.js'
import type { Slots } from './slots.js'

export interface AdamOptions extends OptimizerOptions {
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

const rules: OptionRules<AdamOptions> = {
  lr: option.nonNegative(0.001),
  betas: option.decays([0.9, 0.999]),
  eps: option.nonNegative(1e-8),
  weightDecay: option.nonNegative(0),
  amsgrad: option.flag(false),
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with PyTorch's numbers; weight decay is an L2 penalty, added to
 * the gradient:
 *
 *     g ← g + λ p
 *     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²
 *     p ← p − lr · m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 */
export class Adam extends Optimizer<AdamOptions> {
  protected readonly slotNames = {
    always: ['step', 'exp_avg', 'exp_avg_sq'],
    sometimes: ['max_exp_avg_sq'],
    squares: ['exp_avg_sq', 'max_exp_avg_sq'],
  }

  /** @throws UnrollError as every `Optimizer`. */
  constructor(parameters: Trainable<AdamOptions>, options: AdamOptions = {}) {
    super(parameters, options, rules)
  }

  /** Is the decay taken from the weights themselves, beside the gradient? */
  protected readonly decoupled: boolean = false

  protected update(p: Tensor, gradient: Tensor, slots: Slots, options: Required<AdamOptions>): void {
    const { amsgrad } = options
    const moments = {
      m: slots.get('exp_avg'),
      v: slots.get('exp_avg_sq'),
      ...(amsgrad && { largest: slots.get('max_exp_avg_sq') }),
    }
    adamStep(p, gradient, moments, () => {
      const { lr, betas, eps, weightDecay } = options
      this.checkUnchanged('amsgrad', amsgrad, options.amsgrad)
      return { lr, betas, eps, weightDecay, decoupled: this.decoupled, step: slots.step }
    })
  }
}
