import { reference, type Shape, type Tensor } from '@unroll/tensor'
import { shapes, type TensorsOptions, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import type { ReductionName } from '../../../src/kernels/kernels.js'
import { type CaseOptions, type KernelCase, kernelCase } from '../kernel-case.js'
import { absolute, dtypes } from './operands.js'

export const reductions: Record<ReductionName | 'sumOfSquares', KernelCase> = {
  sum: reduction('sum', {
    family: 'sum',
    scale: ([x, axes], lay) => ({ y: reference.sum(absolute(lay(x)), axes) }),
  }),
  // Factors such that nothing overflows in between.
  prod: reduction(
    'prod',
    { family: 'prod' },
    { min: -2, max: 2, maxLength: 4, maxRank: 3 },
    { min: -1, max: 1 },
  ),
  max: reduction('max', { family: 'exact' }),
  min: reduction('min', { family: 'exact' }),
  logSumExp: reduction('logSumExp', {
    family: 'logSumExp',
    scale: (_, __, { y }) => ({ y: y.map((value) => 1 + Math.abs(value)) }),
  }),
  sumOfSquares: kernelCase({
    family: 'sum',
    operands: (nonFinite) => tensors({ maxRank: 3, minLength: 0, maxLength: 9, nonFinite }),
    call: (k, x, lay) => ({ y: k.sumOfSquares(lay(x)) }),
  }),
}

function reduction(
  name: ReductionName,
  how: Pick<CaseOptions<[Tensor, number]>, 'family' | 'scale'>,
  floats: TensorsOptions = {},
  ints: TensorsOptions = {},
): KernelCase {
  const isChoice = name === 'max' || name === 'min'
  return kernelCase<[Tensor, number]>({
    ...how,
    operands: (nonFinite) =>
      fc
        .tuple(
          fc.oneof(
            shapes({ minLength: 0, maxLength: 4, ...floats }),
            shapes({ minRank: 1, maxRank: 3, maxLength: 9, ...floats }),
          ),
          name === 'logSumExp' ? fc.constant('float32' as const) : dtypes(),
          fc.nat(4),
        )
        .chain(([shape, dtype, n]) => {
          const axes = n % (shape.length + 1)
          const options = dtype === 'int32' ? ints : { ...floats, nonFinite }
          // There is no largest of nothing.
          const chosen = isChoice ? withoutEmpty(shape, axes) : shape
          return fc.tuple(tensors({ ...options, shape: chosen, dtype }), fc.constant(axes))
        }),
    call: (k, [x, axes], lay) => ({ y: k[name](lay(x), axes) }),
  })
}

function withoutEmpty(shape: Shape, axes: number): Shape {
  return shape.map((length, axis) => (axis >= shape.length - axes ? Math.max(1, length) : length))
}
