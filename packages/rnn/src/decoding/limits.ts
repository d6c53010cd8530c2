import { fail, kindOf, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'

/** What ends a sequence, and what is kept out of it. */
export interface Limits {
  /** The most symbols drawn for a sequence, the end symbol among them. */
  maxLength: number
  /** The symbol after which a sequence has ended. Default: none, and all go on to `maxLength`. */
  endSymbol?: number
  /**
   * Called before each choice, with the logits of the next symbol, the symbols so far (without the one to start from), and
   * which sequence of the batch it is. It may change the logits in place: −Infinity forbids a symbol. Log-probabilities
   * are those after the change. Default: none.
   */
  adjust?: (logits: Float64Array, symbols: readonly number[], sequence: number) => void
}

export const limitOptions: OptionNames<Limits> = { maxLength: true, endSymbol: true, adjust: true }

/** @throws UnrollError when a limit is not what it should be. */
export function checkLimits(op: string, limits: Limits): Limits {
  const { maxLength, endSymbol, adjust } = limits ?? {}
  checkSize(op, 'maxLength', maxLength)
  if (endSymbol !== undefined && !(Number.isInteger(endSymbol) && endSymbol >= 0))
    fail(op, `endSymbol is a symbol, an integer from 0, got ${kindOf(endSymbol)}`)
  if (adjust !== undefined && typeof adjust !== 'function')
    fail(op, `adjust is a function of logits and the symbols so far, got ${kindOf(adjust)}`)
  return { maxLength, endSymbol, adjust }
}

/** Once it is known how many symbols there are. @throws UnrollError when the end symbol is none of them. */
export function checkEndSymbol(op: string, endSymbol: number | undefined, count: number): void {
  if (endSymbol !== undefined && endSymbol >= count)
    fail(op, `endSymbol ${endSymbol} is out of range: the step gives logits of ${count} symbols`)
}
