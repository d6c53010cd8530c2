import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { largest, shapesOfRows } from './operands.js'

/*
 * x − mean is off by what rounding takes from |x|, and is then multiplied by rstd: all is relative to the largest |x| · rstd,
 * and to what that is multiplied by or added to in turn.
 */
export const layerNorms: Record<'layerNorm' | 'layerNormBackward', KernelCase> = {
  layerNorm: kernelCase({
    family: 'layerNorm',
    operands,
    call: (k, { x, weight, bias, eps }, lay) => {
      const affine = { weight: weight && lay(weight), bias: bias && lay(bias) }
      return { ...k.layerNorm(lay(x), affine, eps) }
    },
    scale: ({ x, weight, bias }, lay, { rstd }) => {
      const X = largest(lay(x))
      const steepest = Math.max(0, ...rstd)
      return {
        mean: X,
        rstd: rstd.map((r) => r * (1 + X * r)),
        y: (1 + X * steepest) * (weight ? largest(lay(weight)) : 1) + (bias ? largest(lay(bias)) : 0),
      }
    },
  }),
  layerNormBackward: kernelCase({
    family: 'layerNorm',
    operands,
    call: (k, { x, dy, weight, bias, eps }, lay) => {
      const affine = { weight: weight && lay(weight), bias: bias && lay(bias) }
      const { mean, rstd } = k.layerNorm(lay(x), affine, eps)
      return { ...k.layerNormBackward(lay(x), affine, { mean, rstd }, lay(dy)), rstd }
    },
    scale: ({ x, dy, weight }, lay, { rstd }) => {
      const length = x.shape[x.rank - 1]
      const [X, D, W] = [largest(lay(x)), largest(lay(dy)), weight ? largest(lay(weight)) : 1]
      const steepest = Math.max(0, ...rstd)
      const normal = Math.sqrt(length) + X * steepest // no normal value is beyond √C
      return {
        rstd: rstd.map((r) => r * (1 + X * r)),
        x: steepest * D * W * normal * Math.sqrt(length),
        weight: rstd.length * D * normal,
        bias: rstd.length * D,
      }
    },
  }),
}

function operands() {
  return shapesOfRows().chain((shape) => {
    const row = fc.option(tensors({ shape: shape.slice(-1) }), { nil: undefined })
    return fc.record({
      x: tensors({ shape }),
      dy: tensors({ shape }),
      weight: row,
      bias: row,
      eps: fc.constantFrom(1e-5, 0.5),
    })
  })
}
