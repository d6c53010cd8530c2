import { add, mul, neg, softplus, sub, type Variable } from '@unroll/autograd'
import { checkNames, type OptionNames, type Tensor } from '@unroll/tensor'
import { elementwise } from './elementwise.js'
import { type LossOptions, lossOptions } from './reduction.js'
import { checkBroadcastWeight, type LossWeight } from './weight.js'

export interface BCEWithLogitsOptions extends LossOptions {
  /** How much each loss weighs; of a shape that broadcasts to that of the logits. The mean divides by the count all the same. */
  weight?: LossWeight
  /** How much yes weighs, next to no: `[C]` say, for C questions with a rare yes. Of a shape that broadcasts, too. */
  posWeight?: LossWeight
}

const bceOptions: OptionNames<BCEWithLogitsOptions> = { ...lossOptions, weight: true, posWeight: true }

/**
 * The cross-entropy of a yes-or-no prediction σ(x) with the probability t of yes,
 *
 *     −t log σ(x) − (1 − t) log(1 − σ(x)),   where −log σ(x) = softplus(−x) and −log(1 − σ(x)) = softplus(x),
 *
 * reduced; with `posWeight` p, the first term is p times as large. It takes the logits x, so that nothing overflows;
 * and as nothing is subtracted, a loss near 0 keeps its digits.
 *
 * - logits, target: of one shape; the target in [0, 1]
 *
 * @throws UnrollError when the shapes differ, or the mask or a weight does not fit them.
 */
export function bceWithLogits(
  logits: Variable | Tensor,
  target: Variable | Tensor,
  options: BCEWithLogitsOptions = {},
): Variable {
  checkNames('bceWithLogits', options, bceOptions)
  const { weight, posWeight } = options
  return elementwise('bceWithLogits', logits, target, options, (x, t) => {
    const p = checkBroadcastWeight('bceWithLogits', 'posWeight', posWeight, x)
    const w = checkBroadcastWeight('bceWithLogits', 'weight', weight, x)
    const yes = mul(t, softplus(neg(x)))
    const losses = add(p ? mul(p, yes) : yes, mul(sub(1, t), softplus(x)))
    return w ? mul(w, losses) : losses
  })
}
