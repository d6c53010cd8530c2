import { matmul as product, transpose } from '@unroll/autograd'
import { broadcastableShapes, tensors } from '@unroll/autograd/testing'
import fc from 'fast-check'
import { type Cases, casesOf } from './common.js'

const length = fc.integer({ min: 1, max: 3 })

/** Vectors and matrices, and stacks of them that broadcast. */
const shapes = fc
  .record({
    batch: broadcastableShapes(2, { maxRank: 2, maxLength: 2 }),
    lengths: fc.tuple(length, length, length),
    vectors: fc.constantFrom([false, false], [false, false], [true, false], [false, true], [true, true]),
  })
  .map(({ batch, lengths: [m, k, n], vectors }) => [
    vectors[0] ? [k] : [...batch[0], m, k],
    vectors[1] ? [k] : [...batch[1], k, n],
  ])

export const matmul = {
  matmul: fc.oneof(
    {
      weight: 4,
      arbitrary: shapes.chain(([m, n]) =>
        fc
          .tuple(tensors({ shape: m, dtype: 'float64' }), tensors({ shape: n, dtype: 'float64' }))
          .map((inputs) => ({ f: product, inputs })),
      ),
    },
    casesOf((x) => product(x, transpose(x)), { minRank: 2 }),
  ),
} satisfies Record<string, Cases>
