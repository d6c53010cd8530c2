import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { linearLR } from './linear-lr.js'
import type { Rate } from './schedule.js'
import { sequentialLR } from './sequential-lr.js'

export interface WarmupOptions {
  /** T: how many steps it takes to rise to the base rate. */
  steps: number
  /** What the base rate is multiplied by at first. Default: 1/T, so that no step is lost to a rate of 0. */
  startFactor?: number
}

const warmupOptions: OptionNames<WarmupOptions> = { steps: true, startFactor: true }

/**
 * A rate that rises in a straight line to the base, since first steps go by poor estimates and should be small (Goyal et
 * al. 2017), and then another formula from its t = 0 on; by default the base rate goes on.
 */
export function warmup(options: WarmupOptions, next: Rate = (base) => base): Rate {
  checkNames('warmup', options, warmupOptions)
  const { steps, startFactor } = options ?? {}
  checkSize('warmup', 'steps', steps)
  return sequentialLR([linearLR({ steps, startFactor: startFactor ?? 1 / steps }), next], [steps])
}
