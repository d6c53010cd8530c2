import { Adam, type AdamOptions } from './adam.js'
import type { Trainable } from './parameter-group.js'

/**
 * Adam with weight decay beside the gradient instead of in it (Loshchilov & Hutter 2019):
 * p ← p (1 − lr · λ), then Adam's step. λ is 0.01 by default.
 */
export class AdamW extends Adam {
  protected override readonly decoupled = true

  constructor(parameters: Trainable<AdamOptions>, options: AdamOptions = {}) {
    super(parameters, { ...options, weightDecay: options?.weightDecay ?? 0.01 })
  }
}
