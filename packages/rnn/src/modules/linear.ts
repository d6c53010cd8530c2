import { matmul, parameter, transpose, type Variable } from '@unroll/autograd'
import { checkNames, fail, formatShape, type OptionNames, type Tensor } from '@unroll/tensor'
import { uniform } from '../init/uniform.js'
import { asVariable } from './input.js'
import { Module } from './module.js'
import { checkFlag, checkOptions, checkSize, type ParameterOptions, parameterOptions } from './options.js'

export interface LinearOptions extends ParameterOptions {
  /** Add b? Default: true. */
  bias?: boolean
}

const linearOptions: OptionNames<LinearOptions> = { ...parameterOptions, bias: true }

/**
 * y = x Wᵀ + b, from `[…, inFeatures]` to `[…, outFeatures]`.
 *
 * Both start as PyTorch's do, uniform within ±1/√inFeatures.
 */
export class Linear extends Module {
  /** `[outFeatures, inFeatures]` */
  readonly weight: Variable
  /** `[outFeatures]` */
  readonly bias: Variable | undefined

  constructor(
    readonly inFeatures: number,
    readonly outFeatures: number,
    options: LinearOptions,
  ) {
    super()
    checkNames('Linear', options, linearOptions)
    const { rng, dtype } = checkOptions('Linear', options)
    checkSize('Linear', 'inFeatures', inFeatures)
    checkSize('Linear', 'outFeatures', outFeatures)
    const bound = 1 / Math.sqrt(inFeatures)
    this.weight = parameter(uniform(bound)([outFeatures, inFeatures], rng, dtype))
    const bias = checkFlag('Linear', 'bias', options.bias ?? true)
    this.bias = bias ? parameter(uniform(bound)([outFeatures], rng, dtype)) : undefined
  }

  /** @throws UnrollError when the last axis of x is not inFeatures. */
  forward(x: Variable | Tensor): Variable {
    const input = asVariable('Linear', x)
    if (input.shape.at(-1) !== this.inFeatures)
      fail('Linear', `wants input […, ${this.inFeatures}], got ${formatShape(input.shape)}`)
    return linear(input, this.weight, this.bias)
  }
}

/** x Wᵀ + b, with W `[out, in]` */
export function linear(x: Variable, weight: Variable, bias: Variable | undefined): Variable {
  const y = matmul(x, transpose(weight))
  return bias ? y.add(bias) : y
}
