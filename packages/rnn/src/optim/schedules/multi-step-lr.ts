import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkNonNegative } from '../option-rules.js'
import { checkMilestones, passed } from './milestones.js'
import type { Rate } from './schedule.js'

export interface MultiStepLROptions {
  /** The steps at which the rate falls, in rising order. */
  milestones: readonly number[]
  /** γ. Default: 0.1. */
  gamma?: number
}

const multiStepLROptions: OptionNames<MultiStepLROptions> = { milestones: true, gamma: true }

/** lr = base · γ^(how many milestones ≤ t) */
export function multiStepLR(options: MultiStepLROptions): Rate {
  checkNames('multiStepLR', options, multiStepLROptions)
  const { milestones, gamma = 0.1 } = options ?? {}
  checkMilestones('multiStepLR', milestones)
  checkNonNegative('multiStepLR', 'gamma', gamma)
  return (base, t) => base * gamma ** passed(milestones, t)
}
