import { checkSize } from '../../modules/options.js'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface StepLROptions {
  /** How many steps a rate lasts. */
  stepSize: number
  /** γ. Default: 0.1. */
  gamma?: number
}

/** lr = base · γ^⌊t / stepSize⌋ */
export function stepLR({ stepSize, gamma = 0.1 }: StepLROptions): Rate {
  checkSize('stepLR', 'stepSize', stepSize)
  checkNonNegative('stepLR', 'gamma', gamma)
  return (base, t) => base * gamma ** Math.floor(t / stepSize)
}
