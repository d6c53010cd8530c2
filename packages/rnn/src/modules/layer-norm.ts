import { layerNorm, parameter, reshape, type Variable } from '@unroll/autograd'
import {
  checkNames,
  type DType,
  fail,
  formatShape,
  isFloat,
  type OptionNames,
  ones,
  type Shape,
  sameShape,
  sizeOf,
  type Tensor,
  zeros,
} from '@unroll/tensor'
import { asVariable } from './input.js'
import { Module } from './module.js'
import { checkFlag, checkSize } from './options.js'

export interface LayerNormOptions {
  /** Added to the variance, so that equal features divide by no 0. Default: 1e-5. */
  eps?: number
  /** Multiply by a weight and add a bias that are learned? Default: true. */
  elementwiseAffine?: boolean
  /** Have the bias, too? Default: true. */
  bias?: boolean
  /** Of the parameters. Default: float32. */
  dtype?: DType
}

const layerNormOptions: OptionNames<LayerNormOptions> = {
  eps: true,
  elementwiseAffine: true,
  bias: true,
  dtype: true,
}

/**
 * y = x̂ · weight + bias, x̂ = (x − mean) / √(variance + eps), over the features of each step (Ba, Kiros & Hinton 2016,
 * equation 4): `[…, ...normalizedShape]` to the same. Each step of each sequence is normalised by itself, so that it matters
 * neither how large the batch is nor how long the sequences are.
 *
 * - normalizedShape: how many features there are; or the lengths of the last axes, all of which are normalised over
 *
 * The weight starts as ones and the bias as zeros.
 */
export class LayerNorm extends Module {
  readonly normalizedShape: Shape
  readonly eps: number
  /** `normalizedShape` */
  readonly weight: Variable | undefined
  /** `normalizedShape` */
  readonly bias: Variable | undefined

  /** @throws UnrollError when a size is not a positive integer, or eps no positive number. */
  constructor(normalizedShape: number | Shape, options: LayerNormOptions = {}) {
    super()
    checkNames('LayerNorm', options, layerNormOptions)
    const { eps = 1e-5, elementwiseAffine = true, bias = true, dtype = 'float32' } = options
    const shape = Array.isArray(normalizedShape) ? [...normalizedShape] : [normalizedShape]
    if (shape.length === 0) fail('LayerNorm', 'normalizedShape is a size or a list of them, got []')
    for (const size of shape) checkSize('LayerNorm', 'normalizedShape', size)
    if (!(eps > 0 && Number.isFinite(eps))) fail('LayerNorm', `eps is a number > 0, got ${eps}`)
    checkFlag('LayerNorm', 'elementwiseAffine', elementwiseAffine)
    checkFlag('LayerNorm', 'bias', bias)
    if (!isFloat(dtype)) fail('LayerNorm', `parameters are float32 or float64, got dtype ${dtype}`)
    this.normalizedShape = shape
    this.eps = eps
    this.weight = elementwiseAffine ? parameter(ones(shape, { dtype })) : undefined
    this.bias = elementwiseAffine && bias ? parameter(zeros(shape, { dtype })) : undefined
  }

  /** @throws UnrollError when the last axes of x are not normalizedShape. */
  forward(x: Variable | Tensor): Variable {
    const input = asVariable('LayerNorm', x)
    const lead = input.shape.slice(0, Math.max(0, input.rank - this.normalizedShape.length))
    if (!sameShape(input.shape, [...lead, ...this.normalizedShape]))
      fail(
        'LayerNorm',
        `wants input […, ${this.normalizedShape.join(', ')}], got ${formatShape(input.shape)}`,
      )
    const flat = (v: Variable, before: Shape) => reshape(v, [...before, sizeOf(this.normalizedShape)])
    const [weight, bias] = [this.weight, this.bias].map((p) => p && flat(p, []))
    return reshape(layerNorm(flat(input, lead), weight, bias, this.eps), input.shape)
  }
}
