import type { Tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { type GradcheckOptions, gradcheck, gradgradcheck } from '../gradcheck.js'
import type { Variable } from '../variable.js'

/** A function, and the place where its gradient is looked at. */
export interface GradientCase {
  readonly f: (...inputs: Variable[]) => Variable
  /** Float64. */
  readonly inputs: readonly Tensor[]
}

/**
 * Asserts `gradcheck` and `gradgradcheck` of every case that the arbitrary draws.
 * @param parameters of fast-check: `numRuns`, `seed`, …
 * @throws Error with the smallest counterexample that was found, and what differs there.
 */
export function checkGradients(
  cases: fc.Arbitrary<GradientCase>,
  parameters: fc.Parameters<[GradientCase]> = {},
  options: GradcheckOptions = {},
): void {
  const property = fc.property(cases, ({ f, inputs }) => {
    gradcheck(f, inputs, options)
    gradgradcheck(f, inputs, options)
  })
  fc.assert(property, parameters)
}
