import { type DType, reference, type Tensor } from '@unroll/tensor'
import { indices, shapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { absolute, dtypes } from './operands.js'

interface Operands {
  readonly x: Tensor
  readonly axis: number
  readonly index: Tensor
  readonly source: Tensor
}

export const indexing: Record<'gather' | 'scatterAdd', KernelCase> = {
  gather: kernelCase({
    family: 'exact',
    operands,
    call: (k, { x, axis, index }, lay) => ({ y: k.gather(lay(x), axis, lay(index)) }),
  }),
  scatterAdd: kernelCase({
    family: 'sum',
    operands,
    call: (k, { x, axis, index, source }, lay) => ({
      y: k.scatterAdd(lay(x), axis, lay(index), lay(source)),
    }),
    scale: ({ x, axis, index, source }, lay) => ({
      y: reference.scatterAdd(absolute(lay(x)), axis, lay(index), absolute(lay(source))),
    }),
  }),
}

/** An index reaches no further than x along the other axes; whole rows by name are among the shapes, as an embedding has. */
function operands(nonFinite: boolean): fc.Arbitrary<Operands> {
  return fc
    .tuple(shapes({ minRank: 1, maxRank: 3, maxLength: 6 }), fc.nat(2), fc.nat(9), fc.boolean(), dtypes())
    .chain(([shape, n, length, whole, dtype]) => {
      const axis = n % shape.length
      const others = fc.tuple(...shape.map((most) => (whole ? fc.constant(most) : fc.nat(most))))
      return others.chain((reach) => indexed(shape, axis, reach.with(axis, length), dtype, nonFinite))
    })
}

function indexed(
  shape: readonly number[],
  axis: number,
  reach: readonly number[],
  dtype: DType,
  nonFinite: boolean,
): fc.Arbitrary<Operands> {
  return fc.record({
    x: tensors({ shape, dtype, nonFinite }),
    axis: fc.constant(axis),
    index: indices(shape[axis], { shape: reach }),
    source: tensors({ shape: reach, dtype, nonFinite }),
  })
}
