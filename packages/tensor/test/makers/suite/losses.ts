import { indices, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { shapesOfRows } from './operands.js'

export const losses: Record<'crossEntropy', KernelCase> = {
  crossEntropy: kernelCase({
    family: 'crossEntropy',
    operands: (nonFinite) =>
      shapesOfRows().chain((shape) =>
        fc.record({
          x: tensors({ shape, nonFinite }),
          target: indices(shape[shape.length - 1], { shape: shape.slice(0, -1) }),
          gradient: fc.boolean(),
          scale: fc.constantFrom(1, 0.125, -2),
        }),
      ),
    call: (k, { x, target, gradient, scale }, lay) => {
      const y = k.crossEntropy(lay(x), lay(target), gradient, scale)
      return { losses: y.losses, gradient: y.gradient }
    },
    // A gradient is the difference of two probabilities, times `scale`.
    scale: ({ scale }, _, { losses }) => ({
      losses: losses.map((value) => 1 + Math.abs(value)),
      gradient: scale,
    }),
  }),
}
