import { fail } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'

/** How many milestones ≤ t there are. */
export function passed(milestones: readonly number[], t: number): number {
  return milestones.filter((milestone) => milestone <= t).length
}

/** Checks that milestones are positive integers that rise. */
export function checkMilestones(op: string, milestones: readonly number[]): void {
  if (!Array.isArray(milestones)) fail(op, `milestones is a list of steps, got ${String(milestones)}`)
  for (const [i, milestone] of milestones.entries()) {
    checkSize(op, `milestones[${i}]`, milestone)
    if (i > 0 && milestone <= milestones[i - 1])
      fail(op, `milestones must rise, got [${milestones.join(', ')}]`)
  }
}
