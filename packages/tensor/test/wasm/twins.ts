import type { TypedArray } from '@unroll/tensor'
import { expect } from 'vitest'

export interface Tolerance {
  /** Relative to what is expected. Default: 2⁻²³, one unit of float32's last place. */
  relative?: number
  /** Default: 0. */
  absolute?: number
}

/** Holds what a kernel gives against what its twin gives: of one kind and length, NaN for NaN, ∞ for ∞. */
export function expectAlike(
  actual: TypedArray,
  expected: TypedArray,
  { relative = 2 ** -23, absolute = 0 }: Tolerance = {},
): void {
  expect([actual.constructor, actual.length]).toEqual([expected.constructor, expected.length])
  expected.forEach((want: number, i: number) => {
    const got = actual[i]
    if (got === want || (Number.isNaN(got) && Number.isNaN(want))) return
    if (!(Math.abs(got - want) <= absolute + relative * Math.abs(want)))
      expect.fail(`element ${i} is ${got}, want ${want}`)
  })
}
