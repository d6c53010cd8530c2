import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface CosineAnnealingLROptions {
  /** T: how many steps it takes to fall to the least rate. */
  steps: number
  /** The least rate. Default: 0. */
  minLr?: number
}

const cosineAnnealingLROptions: OptionNames<CosineAnnealingLROptions> = { steps: true, minLr: true }

/**
 * lr = min + (base − min) (1 + cos(π t/T)) / 2 (Loshchilov & Hutter 2017, eq. 5, without restarts). After T it rises
 * again, as in PyTorch, and is back at the base after 2T.
 */
export function cosineAnnealingLR(options: CosineAnnealingLROptions): Rate {
  checkNames('cosineAnnealingLR', options, cosineAnnealingLROptions)
  const { steps, minLr = 0 } = options ?? {}
  checkSize('cosineAnnealingLR', 'steps', steps)
  checkNonNegative('cosineAnnealingLR', 'minLr', minLr)
  return (base, t) => minLr + ((base - minLr) * (1 + Math.cos((Math.PI * t) / steps))) / 2
}
