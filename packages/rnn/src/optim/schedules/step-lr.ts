import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface StepLROptions {
  /** How many steps a rate lasts. */
  stepSize: number
  /** γ. Default: 0.1. */
  gamma?: number
}

const stepLROptions: OptionNames<StepLROptions> = { stepSize: true, gamma: true }

/** lr = base · γ^⌊t / stepSize⌋ */
export function stepLR(options: StepLROptions): Rate {
  checkNames('stepLR', options, stepLROptions)
  const { stepSize, gamma = 0.1 } = options ?? {}
  checkSize('stepLR', 'stepSize', stepSize)
  checkNonNegative('stepLR', 'gamma', gamma)
  return (base, t) => base * gamma ** Math.floor(t / stepSize)
}
