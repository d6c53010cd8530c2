import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface ExponentialLROptions {
  /** γ: what is left of the rate after a step. */
  gamma: number
}

/** lr = base · γᵗ */
export function exponentialLR({ gamma }: ExponentialLROptions): Rate {
  checkNonNegative('exponentialLR', 'gamma', gamma)
  return (base, t) => base * gamma ** t
}
