import type { DType } from '@unroll/tensor'
import { shapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { anyTensors, dtypes } from './operands.js'

const onHost = ['bool', 'int32', 'float32'] as const satisfies readonly DType[]

/** What a kernel puts where, or brings together. */
export const copies: Record<'copy' | 'put' | 'concat', KernelCase> = {
  copy: kernelCase({
    family: 'exact',
    operands: (nonFinite) =>
      fc
        .tuple(fc.constantFrom(...onHost), fc.constantFrom(...onHost))
        .chain(([from, to]) =>
          fc.tuple(anyTensors({ dtype: from, nonFinite: nonFinite && to !== 'int32' }), fc.constant(to)),
        ),
    call: (k, [x, dtype], lay) => ({ y: k.copy(lay(x), dtype) }),
  }),

  // All of the target's storage is looked at: what is between its elements stays as it was.
  put: kernelCase({
    family: 'exact',
    operands: (nonFinite) =>
      fc
        .tuple(shapes({ minLength: 0, maxLength: 5 }), fc.constantFrom(...onHost), fc.constantFrom(...onHost))
        .chain(([shape, to, from]) =>
          fc.tuple(
            tensors({ shape, dtype: to, expanded: false, nonFinite: nonFinite && to !== 'int32' }),
            tensors({ shape, dtype: from, nonFinite: nonFinite && to !== 'int32' }),
          ),
        ),
    call: (k, [target, source], lay) => {
      const changed = lay(target)
      k.put(changed, lay(source))
      return { target: changed.storage.elements ?? changed.storage.data }
    },
  }),

  concat: kernelCase({
    family: 'exact',
    operands: (nonFinite) =>
      fc
        .tuple(
          shapes({ minRank: 1, minLength: 0, maxLength: 4 }),
          dtypes(),
          fc.nat(3),
          fc.oneof(
            fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }),
            fc.array(fc.nat(2), { minLength: 8, maxLength: 17 }),
          ),
        )
        .chain(([shape, dtype, at, lengths]) => {
          const axis = at % shape.length
          const part = (length: number) => tensors({ shape: shape.with(axis, length), dtype, nonFinite })
          return fc.tuple(fc.tuple(...lengths.map(part)), fc.constant(axis))
        }),
    call: (k, [parts, axis], lay) => ({ y: k.concat(parts.map(lay), axis) }),
  }),
}
