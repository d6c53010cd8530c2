import { reference } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { absolute, dtypes, shapesOfRows } from './operands.js'

export const alongLastAxis: Record<'argmax' | 'argmin' | 'cumsum' | 'softmax' | 'logSoftmax', KernelCase> = {
  argmax: argBest('argmax'),
  argmin: argBest('argmin'),
  cumsum: kernelCase({
    family: 'sum',
    operands: (nonFinite) =>
      fc.tuple(shapesOfRows(), dtypes()).chain(([shape, dtype]) => tensors({ shape, dtype, nonFinite })),
    call: (k, x, lay) => ({ y: k.cumsum(lay(x)) }),
    scale: (x, lay) => ({ y: reference.cumsum(absolute(lay(x))) }),
  }),
  softmax: kernelCase({
    family: 'softmax',
    operands: (nonFinite) => shapesOfRows().chain((shape) => tensors({ shape, nonFinite })),
    call: (k, x, lay) => ({ y: k.softmax(lay(x)) }),
  }),
  logSoftmax: kernelCase({
    family: 'logSoftmax',
    operands: (nonFinite) => shapesOfRows().chain((shape) => tensors({ shape, nonFinite })),
    call: (k, x, lay) => ({ y: k.logSoftmax(lay(x)) }),
    scale: (_, __, { y }) => ({ y: y.map((value) => 1 + Math.abs(value)) }),
  }),
}

/** Also of rows in which many are equal: the first of them counts. */
function argBest(name: 'argmax' | 'argmin'): KernelCase {
  return kernelCase({
    family: 'exact',
    operands: (nonFinite) =>
      shapesOfRows().chain((shape) =>
        fc.oneof(tensors({ shape, nonFinite }), tensors({ shape, dtype: 'int32', min: -1, max: 1 })),
      ),
    call: (k, x, lay) => ({ at: k[name](lay(x)) }),
  })
}
