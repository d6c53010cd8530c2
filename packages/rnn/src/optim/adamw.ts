import type { Variable } from '@unroll/autograd'
import { mul, type Tensor } from '@unroll/tensor'
import { Adam, type AdamOptions } from './adam.js'
import type { Slots } from './slots.js'

/**
 * Adam with weight decay beside the gradient instead of in it (Loshchilov & Hutter 2019):
 * p ← p (1 − lr · λ), then Adam's step. λ is 0.01 by default.
 */
export class AdamW extends Adam {
  constructor(parameters: Iterable<Variable>, options: AdamOptions = {}) {
    super(parameters, { ...options, weightDecay: options.weightDecay ?? 0.01 })
  }

  protected override update(p: Tensor, gradient: Tensor, slots: Slots): void {
    p.assign(mul(p, 1 - this.lr * this.weightDecay))
    this.descend(p, gradient, slots)
  }
}
