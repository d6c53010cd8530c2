import { adagradStep, type Tensor } from '@unroll/tensor'
import { Optimizer, type OptimizerOptions } from './optimizer.js'
import { type OptionRules, option } from './option-rules.js'
import type { Trainable } from './parameter-group.js'
import type { Slots } from './slots.js'

export interface AdagradOptions extends OptimizerOptions {
  /** The learning rate. Default: 0.01. */
  lr?: number
  /** η: the learning rate at step t is lr / (1 + (t − 1) η). Default: 0. */
  lrDecay?: number
  /** λ: an L2 penalty, added to the gradient. Default: 0. */
  weightDecay?: number
  /** What the sum of squares begins with. Default: 0. */
  initialAccumulatorValue?: number
  /** ε, added to the divisor. Default: 1e-10. */
  eps?: number
}

const rules: OptionRules<AdagradOptions> = {
  lr: option.nonNegative(0.01),
  lrDecay: option.nonNegative(0),
  weightDecay: option.nonNegative(0),
  initialAccumulatorValue: option.nonNegative(0),
  eps: option.nonNegative(1e-10),
}

/**
 * Adagrad (Duchi, Hazan & Singer 2011, with the diagonal of the matrix), with PyTorch's numbers:
 *
 *     g ← g + λ p
 *     s ← s + g²
 *     p ← p − lr / (1 + (t − 1) η) · g / (√s + ε)
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  protected readonly slotNames = { always: ['step', 'sum'], sometimes: [], squares: ['sum'] }

  /** @throws UnrollError as every `Optimizer`. */
  constructor(parameters: Trainable<AdagradOptions>, options: AdagradOptions = {}) {
    super(parameters, options, rules)
  }

  protected update(p: Tensor, gradient: Tensor, slots: Slots, options: Required<AdagradOptions>): void {
    const s = slots.get('sum', options.initialAccumulatorValue)
    adagradStep(p, gradient, s, () => {
      const { lr, lrDecay, weightDecay, eps } = options
      return { lr, lrDecay, weightDecay, eps, step: slots.step }
    })
  }
}
