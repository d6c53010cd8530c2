import { type DType, fail, isFloat, Random } from '@unroll/tensor'
import { kindOf } from './input.js'

/** What every module with parameters takes. */
export interface ParameterOptions {
  /** Draws the initial values. */
  rng: Random
  /** Of the parameters. Default: float32. */
  dtype?: DType
}

/** Checks the options that all modules share. */
export function checkOptions(op: string, options: ParameterOptions): Required<ParameterOptions> {
  const { rng, dtype = 'float32' } = options ?? {}
  if (!(rng instanceof Random))
    fail(op, 'wants { rng }, the generator that draws its initial values: new Random(seed)')
  if (!isFloat(dtype)) fail(op, `parameters are float32 or float64, got dtype ${dtype}`)
  return { rng, dtype }
}

/** Checks that a size is a positive integer. */
export function checkSize(op: string, name: string, size: number): number {
  if (!Number.isSafeInteger(size) || size < 1) fail(op, `${name} is a positive integer, got ${size}`)
  return size
}

/** Checks that p is a probability. */
export function checkProbability(op: string, p: number): number {
  if (!(p >= 0 && p <= 1)) fail(op, `a probability lies between 0 and 1, got ${p}`)
  return p
}

/** Checks that an option is true or false. */
export function checkFlag(op: string, name: string, flag: boolean): boolean {
  if (typeof flag !== 'boolean') fail(op, `${name} is true or false, got ${kindOf(flag)}`)
  return flag
}
