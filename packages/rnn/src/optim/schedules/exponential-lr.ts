import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface ExponentialLROptions {
  /** γ: what is left of the rate after a step. */
  gamma: number
}

const exponentialLROptions: OptionNames<ExponentialLROptions> = { gamma: true }

/** lr = base · γᵗ */
export function exponentialLR(options: ExponentialLROptions): Rate {
  checkNames('exponentialLR', options, exponentialLROptions)
  const { gamma } = options ?? {}
  checkNonNegative('exponentialLR', 'gamma', gamma)
  return (base, t) => base * gamma ** t
}
