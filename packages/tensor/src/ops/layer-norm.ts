import { promote, toFloat } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { type TensorLike, toTensor } from '../operand.js'
import { formatShape, sameShape } from '../shape.js'
import { Tensor } from '../tensor.js'
import { cast } from './define.js'

/**
 * (x − mean) / √(variance + eps) · weight + bias along the last axis, the variance the biased one
 * (Ba, Kiros & Hinton 2016).
 *
 * - x `[…, C]`
 * - weight, bias `[C]`; left out, 1 and 0
 *
 * @throws UnrollError when shapes do not fit, or there is nothing to normalise.
 */
export function layerNorm(x: TensorLike, weight?: Tensor, bias?: Tensor, eps = 1e-5): Tensor {
  return layerNormed(toTensor('layerNorm', x), weight, bias, eps).y
}

export interface LayerNormed {
  readonly y: Tensor
  /** The gradients by x, weight and bias, from the one by y. */
  readonly backward: (dy: Tensor) => { readonly x: Tensor; readonly weight: Tensor; readonly bias: Tensor }
}

/** `layerNorm`, and the way back. */
export function layerNormed(x: Tensor, weight?: Tensor, bias?: Tensor, eps = 1e-5): LayerNormed {
  if (x.rank === 0 || x.shape[x.rank - 1] === 0)
    fail('layerNorm', `nothing to normalise: shape ${formatShape(x.shape)}`)
  const row = x.shape.slice(-1)
  for (const [name, given] of Object.entries({ weight, bias }))
    if (given && !sameShape(given.shape, row))
      fail('layerNorm', `${name} has shape ${formatShape(given.shape)}, want ${formatShape(row)}`)
  const dtype = [x, weight, bias].reduce(
    (d, given) => (given ? promote(d, given.dtype) : d),
    toFloat(x.dtype),
  )
  const k = kernelsOf('layerNorm', dtype, x, weight, bias)
  const operand = cast(x, dtype)
  const affine = { weight: weight && cast(weight, dtype), bias: bias && cast(bias, dtype) }
  const { y, ...statistics } = k.layerNorm(operand, affine, eps)
  return {
    y: Tensor.from(y, x.shape),
    backward: (dy) => {
      const d = k.layerNormBackward(operand, affine, statistics, dy)
      return {
        x: Tensor.from(d.x, x.shape),
        weight: Tensor.from(d.weight, row),
        bias: Tensor.from(d.bias, row),
      }
    },
  }
}
