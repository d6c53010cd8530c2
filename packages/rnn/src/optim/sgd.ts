import { fail, sgdStep, type Tensor } from '@unroll/tensor'
import { Optimizer, type OptimizerOptions } from './optimizer.js'
import { type OptionRules, option } from './option-rules.js'
import type { Trainable } from './parameter-group.js'
import type { Slots } from './slots.js'

export interface SGDOptions extends OptimizerOptions {
  /** The learning rate. */
  lr: number
  /** μ: how much of the last step goes on. Default: 0. */
  momentum?: number
  /** τ: how much of a gradient the momentum leaves out, in [0, 1). Default: 0. */
  dampening?: number
  /** Look ahead along the momentum (Nesterov 1983, in the form of Sutskever et al. 2013). Default: false. */
  nesterov?: boolean
  /** λ: an L2 penalty, added to the gradient. Default: 0. */
  weightDecay?: number
}

const rules: OptionRules<SGDOptions> = {
  lr: option.nonNegative(),
  momentum: option.nonNegative(0),
  dampening: option.decay(0),
  nesterov: option.flag(false),
  weightDecay: option.nonNegative(0),
}

/**
 * Stochastic gradient descent, with PyTorch's numbers:
 *
 *     g ← g + λ p
 *     v ← μ v + (1 − τ) g   (v = g at the first step)
 *     p ← p − lr · v        (Nesterov: p − lr · (g + μ v))
 */
export class SGD extends Optimizer<SGDOptions> {
  protected readonly slotNames = { always: [], sometimes: ['momentum_buffer'] }

  /** @throws UnrollError as every `Optimizer`; and when Nesterov's momentum is 0, or is damped. */
  constructor(parameters: Trainable<SGDOptions>, options: SGDOptions) {
    super(parameters, options, rules)
  }

  protected update(p: Tensor, gradient: Tensor, slots: Slots, options: Required<SGDOptions>): void {
    const { nesterov } = options
    const goesOn = options.momentum > 0
    sgdStep(p, gradient, goesOn ? slots.get('momentum_buffer') : undefined, () => {
      const { lr, momentum, weightDecay } = options
      this.checkUnchanged('nesterov', nesterov, options.nesterov)
      this.checkUnchanged('momentum > 0', goesOn, momentum > 0)
      const dampening = slots.stepsOf('momentum_buffer') > 1 ? options.dampening : 0
      return { lr, momentum, dampening, nesterov, weightDecay }
    })
  }

  protected override checkTogether({ momentum, dampening, nesterov }: Required<SGDOptions>): void {
    if (nesterov && momentum === 0) fail('SGD', 'nesterov wants a momentum > 0')
    if (nesterov && dampening !== 0) fail('SGD', `nesterov wants no dampening, got ${dampening}`)
  }
}
