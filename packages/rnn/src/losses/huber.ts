import { clamp, mul, sub, type Variable } from '@unroll/autograd'
import { checkNames, fail, kindOf, type OptionNames, type Tensor } from '@unroll/tensor'
import { elementwise } from './elementwise.js'
import { type LossOptions, lossOptions } from './reduction.js'

export interface HuberOptions extends LossOptions {
  /** From which error on the loss grows as a line. Default: 1. */
  delta?: number
}

const huberOptions: OptionNames<HuberOptions> = { ...lossOptions, delta: true }

/**
 * ½ d² of an error d = x − t of at most δ, and δ (|d| − ½ δ) beyond (Huber 1964), reduced: an outlier pulls
 * no harder than δ.
 *
 * - prediction, target: of one shape
 *
 * @throws UnrollError when the shapes differ, the mask does not fit them, or δ is not positive.
 */
export function huber(
  prediction: Variable | Tensor,
  target: Variable | Tensor,
  options: HuberOptions = {},
): Variable {
  checkNames('huber', options, huberOptions)
  const { delta = 1 } = options
  if (!(delta > 0 && Number.isFinite(delta))) fail('huber', `delta is a number > 0, got ${kindOf(delta)}`)
  return elementwise('huber', prediction, target, options, (x, t) => huberOf(sub(x, t), delta))
}

/** c (d − ½ c), where c is d held within ±δ: both pieces at once. */
export function huberOf(d: Variable, delta: number): Variable {
  const c = clamp(d, -delta, delta)
  return mul(c, sub(d, mul(0.5, c)))
}
