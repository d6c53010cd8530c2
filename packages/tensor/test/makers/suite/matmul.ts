import { broadcastShapes, reference, type Shape, type Tensor } from '@unroll/tensor'
import { broadcastableShapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { absolute, dtypes } from './operands.js'

const length = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 4 }))

/** Shapes [...batch, M, K] and [...batch, K, N], batches that broadcast. */
const shapes = fc
  .tuple(length, length, length, broadcastableShapes(2, { maxRank: 2, maxLength: 3 }))
  .map(([M, K, N, [a, b]]): [Shape, Shape] => [[...a, M, K], [...b, K, N]]) // biome-ignore format: a pair

export const matrixProduct: Record<'matmul', KernelCase> = {
  matmul: kernelCase({
    family: 'matmul',
    operands: (nonFinite) =>
      fc
        .tuple(shapes, dtypes())
        .chain(([[a, b], dtype]) =>
          fc.tuple(tensors({ shape: a, dtype, nonFinite }), tensors({ shape: b, dtype, nonFinite })),
        )
        .map(([a, b]) => broadcastBatches(a, b)),
    call: (k, [a, b], lay) => ({ c: k.matmul(lay(a), lay(b)) }),
    scale: ([a, b], lay) => ({ c: reference.matmul(absolute(lay(a)), absolute(lay(b))) }),
  }),
}

function broadcastBatches(a: Tensor, b: Tensor): [Tensor, Tensor] {
  const batch = broadcastShapes('matmul', a.shape.slice(0, -2), b.shape.slice(0, -2))
  return [a, b].map((x) => x.broadcastTo([...batch, ...x.shape.slice(-2)])) as [Tensor, Tensor]
}
