import { abs, div, sub, type Variable } from '@unroll/autograd'
import { checkNames, fail, kindOf, type OptionNames, type Tensor } from '@unroll/tensor'
import { elementwise } from './elementwise.js'
import { huberOf } from './huber.js'
import { type LossOptions, lossOptions } from './reduction.js'

export interface SmoothL1Options extends LossOptions {
  /** Up to which error the loss is a parabola; with 0 it is `l1`. Default: 1. */
  beta?: number
}

const smoothL1Options: OptionNames<SmoothL1Options> = { ...lossOptions, beta: true }

/**
 * ½ d² / β of an error d = x − t below β, and |d| − ½ β beyond (Girshick 2015, equation 3, with β = 1), reduced:
 * `huber` with δ = β, over β.
 *
 * - prediction, target: of one shape
 *
 * @throws UnrollError when the shapes differ, the mask does not fit them, or β is negative.
 */
export function smoothL1(
  prediction: Variable | Tensor,
  target: Variable | Tensor,
  options: SmoothL1Options = {},
): Variable {
  checkNames('smoothL1', options, smoothL1Options)
  const { beta = 1 } = options
  if (!(beta >= 0 && Number.isFinite(beta))) fail('smoothL1', `beta is a number ≥ 0, got ${kindOf(beta)}`)
  const smooth = (d: Variable) => (beta === 0 ? abs(d) : div(huberOf(d, beta), beta))
  return elementwise('smoothL1', prediction, target, options, (x, t) => smooth(sub(x, t)))
}
