import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { cosineAnnealingLR } from './cosine-annealing-lr.js'
import type { Rate } from './schedule.js'

export interface CosineAnnealingWarmRestartsOptions {
  /** T₀: how many steps the first fall takes. */
  steps: number
  /** How much longer each fall is than the one before, an integer. Default: 1. */
  factor?: number
  /** The least rate. Default: 0. */
  minLr?: number
}

const cosineAnnealingWarmRestartsOptions: OptionNames<CosineAnnealingWarmRestartsOptions> = {
  steps: true,
  factor: true,
  minLr: true,
}

/**
 * Cosine annealing that starts anew at the base rate whenever it is done, each time `factor` times as long
 * (Loshchilov & Hutter 2017, "SGDR").
 */
export function cosineAnnealingWarmRestarts(options: CosineAnnealingWarmRestartsOptions): Rate {
  checkNames('cosineAnnealingWarmRestarts', options, cosineAnnealingWarmRestartsOptions)
  const { steps, factor = 1, minLr } = options ?? {}
  checkSize('cosineAnnealingWarmRestarts', 'steps', steps)
  checkSize('cosineAnnealingWarmRestarts', 'factor', factor)
  return (base, t) => {
    let [since, length] = factor === 1 ? [t % steps, steps] : [t, steps]
    while (since >= length) {
      since -= length
      length *= factor
    }
    return cosineAnnealingLR({ steps: length, minLr })(base, since)
  }
}
