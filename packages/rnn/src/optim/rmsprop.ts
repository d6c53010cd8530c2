import { rmspropStep, type Tensor } from '@unroll/tensor'
import { Optimizer, type OptimizerOptions } from './optimizer.js'
import { type OptionRules, option } from './option-rules.js'
import type { Trainable } from './parameter-group.js'
import type { Slots } from './slots.js'

export interface RMSpropOptions extends OptimizerOptions {
  /** The learning rate. Default: 0.01. */
  lr?: number
  /** α: how slowly the mean square forgets, in [0, 1). Default: 0.99. */
  alpha?: number
  /** ε, added to the divisor. Default: 1e-8. */
  eps?: number
  /** λ: an L2 penalty, added to the gradient. Default: 0. */
  weightDecay?: number
  /** μ: how much of the last step goes on. Default: 0. */
  momentum?: number
  /** Divide by the standard deviation of the gradient, and not by its root mean square (Graves 2013). Default: false. */
  centered?: boolean
}

const rules: OptionRules<RMSpropOptions> = {
  lr: option.nonNegative(0.01),
  alpha: option.decay(0.99),
  eps: option.nonNegative(1e-8),
  weightDecay: option.nonNegative(0),
  momentum: option.nonNegative(0),
  centered: option.flag(false),
}

/**
 * RMSprop (Tieleman & Hinton 2012, lecture 6.5), with PyTorch's numbers:
 *
 *     g ← g + λ p
 *     v ← α v + (1 − α) g²
 *     s = √v + ε            (centered: √(v − m²) + ε, with m ← α m + (1 − α) g)
 *     b ← μ b + g / s
 *     p ← p − lr · b
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  protected readonly slotNames = {
    always: ['step', 'square_avg'],
    sometimes: ['momentum_buffer', 'grad_avg'],
    squares: ['square_avg'],
  }

  /** @throws UnrollError as every `Optimizer`. */
  constructor(parameters: Trainable<RMSpropOptions>, options: RMSpropOptions = {}) {
    super(parameters, options, rules)
  }

  protected update(p: Tensor, gradient: Tensor, slots: Slots, options: Required<RMSpropOptions>): void {
    const { centered } = options
    const goesOn = options.momentum > 0
    const moments = {
      v: slots.get('square_avg'),
      ...(centered && { m: slots.get('grad_avg') }),
      ...(goesOn && { b: slots.get('momentum_buffer') }),
    }
    rmspropStep(p, gradient, moments, () => {
      const { lr, alpha, eps, weightDecay, momentum } = options
      this.checkUnchanged('centered', centered, options.centered)
      this.checkUnchanged('momentum > 0', goesOn, momentum > 0)
      return { lr, alpha, eps, weightDecay, momentum }
    })
  }
}
