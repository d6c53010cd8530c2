import { add, mul, neg, softplus, sub, type Variable } from '@unroll/autograd'
import type { Tensor } from '@unroll/tensor'
import { sameShapes } from './operands.js'
import { type LossOptions, reduce } from './reduction.js'

/**
 * The cross-entropy of a yes-or-no prediction σ(x) with the probability t of yes,
 *
 *     −t log σ(x) − (1 − t) log(1 − σ(x)),   where −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(x),
 *
 * reduced. It takes the logits x, so that nothing overflows; and as nothing is subtracted, a loss near 0 keeps
 * its digits.
 *
 * - logits, target: of one shape; the target in [0, 1]
 *
 * @throws UnrollError when the shapes differ.
 */
export function bceWithLogits(
  logits: Variable | Tensor,
  target: Variable | Tensor,
  { reduction }: LossOptions = {},
): Variable {
  const [x, t] = sameShapes('bceWithLogits', logits, target)
  const losses = add(mul(t, softplus(neg(x))), mul(sub(1, t), softplus(x)))
  return reduce('bceWithLogits', losses, reduction)
}
