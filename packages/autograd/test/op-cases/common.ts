import type { Variable } from '@unroll/autograd'
import { type GradientCase, type TensorsOptions, tensors } from '@unroll/autograd/testing'
import type { Tensor } from '@unroll/tensor'
import type fc from 'fast-check'

/** What to check an op on. A case may carry more fields than a gradient check reads: they are shown with a counterexample. */
export type Cases = fc.Arbitrary<GradientCase>

/** Small enough for a central difference by every element. */
export const small = { dtype: 'float64', maxRank: 3, maxLength: 3 } as const

/** One operand. */
export function casesOf(f: (x: Variable) => Variable, options: TensorsOptions = {}): Cases {
  return tensors({ ...small, ...options }).map((x) => ({ f, inputs: [x] }))
}

/** One operand, and an argument that suits it. */
export function casesWith<Argument>(
  options: TensorsOptions,
  argumentOf: (x: Tensor) => fc.Arbitrary<Argument>,
  f: (x: Variable, argument: Argument) => Variable,
): Cases {
  return tensors({ ...small, ...options }).chain((x) =>
    argumentOf(x).map((argument) => ({ f: (v: Variable) => f(v, argument), inputs: [x], argument })),
  )
}
