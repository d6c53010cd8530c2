import { checkNames, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { checkNonNegative } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface PolynomialLROptions {
  /** T: how many steps it takes to fall to 0. */
  steps: number
  /** Default: 1, a straight line. */
  power?: number
}

const polynomialLROptions: OptionNames<PolynomialLROptions> = { steps: true, power: true }

/** lr = base · (1 − t/T)^power, and 0 from T on */
export function polynomialLR(options: PolynomialLROptions): Rate {
  checkNames('polynomialLR', options, polynomialLROptions)
  const { steps, power = 1 } = options ?? {}
  checkSize('polynomialLR', 'steps', steps)
  checkNonNegative('polynomialLR', 'power', power)
  return (base, t) => base * (1 - Math.min(t, steps) / steps) ** power
}
