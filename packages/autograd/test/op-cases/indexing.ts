import * as F from '@unroll/autograd'
import { axisOf, broadcastableShapes, indices, tensors } from '@unroll/autograd/testing'
import { normalizeAxis, type Shape, type Tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { type Cases, casesWith, small } from './common.js'

export const indexing = {
  where: broadcastableShapes(3, small)
    .chain(([c, a, b]) =>
      fc.tuple(
        tensors({ shape: c, dtype: 'bool' }),
        tensors({ ...small, shape: a }),
        tensors({ ...small, shape: b }),
      ),
    )
    .map(([condition, a, b]) => ({
      f: (x: F.Variable, y: F.Variable) => F.where(condition, x, y),
      inputs: [a, b],
      condition,
    })),
  gather: casesWith({ minRank: 1 }, placesIn, (x, { axis, index }) => F.gather(x, axis, index)),
  indexSelect: casesWith(
    { minRank: 1 },
    ({ shape }) =>
      axisOf(shape).chain((axis) =>
        fc
          .integer({ min: 0, max: 4 })
          .chain((n) => indices(shape.at(axis) ?? 0, { shape: [n] }))
          .map((index) => ({ axis, index })),
      ),
    (x, { axis, index }) => F.indexSelect(x, axis, index),
  ),
  scatterAdd: tensors({ ...small, minRank: 1 }).chain((x) =>
    placesIn(x).chain(({ axis, index }) =>
      tensors({ ...small, shape: index.shape }).map((source) => ({
        f: (v: F.Variable, s: F.Variable) => F.scatterAdd(v, axis, index, s),
        inputs: [x, source],
        axis,
        index,
      })),
    ),
  ),
} satisfies Record<string, Cases>

/** An index for `gather` and `scatterAdd`: any length along the axis, at most x's elsewhere. */
function placesIn({ shape }: Tensor): fc.Arbitrary<{ axis: number; index: Tensor }> {
  return axisOf(shape).chain((axis) => {
    const along = normalizeAxis('placesIn', axis, shape.length)
    const lengths = shape.map((n, a) => fc.integer({ min: 1, max: a === along ? 4 : n }))
    return fc
      .tuple(...lengths)
      .chain((places: Shape) => indices(shape[along], { shape: places }))
      .map((index) => ({ axis, index }))
  })
}
