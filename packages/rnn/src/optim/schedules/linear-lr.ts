import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface LinearLROptions {
  /** T: how many steps it takes. */
  steps: number
  /** a: what the rate is multiplied by at first. Default: 1/3. */
  startFactor?: number
  /** b: what it is multiplied by in the end. Default: 1. */
  endFactor?: number
}

const linearLROptions: OptionNames<LinearLROptions> = { steps: true, startFactor: true, endFactor: true }

/** lr = base · (a + (b − a) t/T), and base · b from T on */
export function linearLR(options: LinearLROptions): Rate {
  checkNames('linearLR', options, linearLROptions)
  const { steps, startFactor = 1 / 3, endFactor = 1 } = options ?? {}
  checkSize('linearLR', 'steps', steps)
  checkNonNegative('linearLR', 'startFactor', startFactor)
  checkNonNegative('linearLR', 'endFactor', endFactor)
  return (base, t) => base * (startFactor + ((endFactor - startFactor) * Math.min(t, steps)) / steps)
}
