import { mul, softplus, sub, type Variable } from '@unroll/autograd'
import type { Tensor } from '@unroll/tensor'
import { sameShapes } from './operands.js'
import { type LossOptions, reduce } from './reduction.js'

/**
 * The cross-entropy of a yes-or-no prediction σ(x) with the probability t of yes,
 * −t log σ(x) − (1 − t) log(1 − σ(x)) = log(1 + eˣ) − t x, reduced. It takes the logits x, so that nothing overflows.
 * @throws UnrollError when the shapes differ.
 */
export function bceWithLogits(
  logits: Variable | Tensor,
  target: Variable | Tensor,
  { reduction }: LossOptions = {},
): Variable {
  const [x, t] = sameShapes('bceWithLogits', logits, target)
  return reduce('bceWithLogits', sub(softplus(x), mul(t, x)), reduction)
}
