import { fail } from '@unroll/tensor'
import { checkMilestones, passed } from './milestones.js'
import type { Rate } from './schedule.js'

/**
 * One formula after another: each milestone is the step at which the next begins, at its own t = 0.
 * @throws UnrollError when there is not one milestone less than formulas, or milestones do not rise.
 */
export function sequentialLR(rates: readonly Rate[], milestones: readonly number[]): Rate {
  checkMilestones('sequentialLR', milestones)
  if (rates.length !== milestones.length + 1)
    fail(
      'sequentialLR',
      `wants one milestone less than formulas, got ${milestones.length} for ${rates.length}`,
    )
  return (base, t) => {
    const i = passed(milestones, t)
    return rates[i](base, i === 0 ? t : t - milestones[i - 1])
  }
}
