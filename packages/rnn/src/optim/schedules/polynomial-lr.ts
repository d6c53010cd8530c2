import { checkSize } from '../../modules/options.js'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface PolynomialLROptions {
  /** T: how many steps it takes to fall to 0. */
  steps: number
  /** Default: 1, a straight line. */
  power?: number
}

/** lr = base · (1 − t/T)^power, and 0 from T on */
export function polynomialLR({ steps, power = 1 }: PolynomialLROptions): Rate {
  checkSize('polynomialLR', 'steps', steps)
  checkNonNegative('polynomialLR', 'power', power)
  return (base, t) => base * (1 - Math.min(t, steps) / steps) ** power
}
