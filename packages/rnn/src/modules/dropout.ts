import { mul, type Operand, type Variable } from '@unroll/autograd'
import { checkNames, fail, Random, type Tensor } from '@unroll/tensor'
import { asVariable } from './input.js'
import { Module } from './module.js'
import { checkProbability } from './options.js'

/**
 * In training, each element is dropped with probability p and the others are scaled by 1/(1 − p), so
 * that the mean stays; in evaluation, everything passes (Srivastava et al. 2014, inverted).
 */
export class Dropout extends Module {
  readonly rng: Random

  constructor(
    readonly p: number,
    options: { rng: Random },
  ) {
    super()
    checkNames('Dropout', options, { rng: true })
    const { rng } = options ?? {}
    if (!(rng instanceof Random)) fail('Dropout', 'wants { rng }, the generator that draws what is dropped')
    checkProbability('Dropout', p)
    this.rng = rng
  }

  /** `[…]` to `[…]` */
  forward(x: Variable | Tensor): Variable {
    const input = asVariable('Dropout', x)
    return this.training ? dropout(input, this.p, this.rng) : input
  }
}

/** y = x · m / (1 − p), m of ones with probability 1 − p */
export function dropout(x: Variable, p: number, rng: Random): Variable {
  if (p === 0) return x
  const mask: Operand = p === 1 ? 0 : rng.bernoulli(x.shape, 1 - p, { dtype: x.dtype }).div(1 - p)
  return mul(x, mask)
}
