import { fail } from '@unroll/tensor'

/** Checks a number ≥ 0. */
export function checkNonNegative(op: string, name: string, value: number): number {
  if (!(value >= 0 && Number.isFinite(value))) fail(op, `${name} is a number ≥ 0, got ${value}`)
  return value
}

/** Checks a decay rate, in [0, 1). */
export function checkDecay(op: string, name: string, value: number): number {
  if (!(value >= 0 && value < 1)) fail(op, `${name} lies in [0, 1), got ${value}`)
  return value
}
