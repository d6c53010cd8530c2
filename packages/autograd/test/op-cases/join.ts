import * as F from '@unroll/autograd'
import { axisOf, shapes, tensors } from '@unroll/autograd/testing'
import { normalizeAxis } from '@unroll/tensor'
import fc from 'fast-check'
import { type Cases, casesOf, casesWith, small } from './common.js'

export const join = {
  // Of one to three tensors of any lengths along the axis, empty ones too.
  concat: fc.oneof(
    shapes({ minRank: 1, maxRank: 3, maxLength: 2 })
      .chain((shape) =>
        fc.record({
          shape: fc.constant(shape),
          axis: axisOf(shape),
          lengths: fc.array(fc.nat(2), { minLength: 1, maxLength: 3 }),
        }),
      )
      .chain(({ shape, axis, lengths }) => {
        const along = normalizeAxis('concat', axis, shape.length)
        const parts = lengths.map((n) => tensors({ ...small, shape: shape.with(along, n) }))
        return fc
          .tuple(...parts)
          .map((inputs) => ({ f: (...list: F.Variable[]) => F.concat(list, axis), inputs, axis }))
      }),
    casesOf((x) => F.concat([x, F.square(x), x]), { minRank: 1, maxRank: 2 }),
    casesOf((x) => F.concat([x, x.value.mul(0), x], -1), { minRank: 1, maxRank: 2 }),
  ),
  stack: fc.oneof(
    fc
      .record({
        shape: shapes({ maxRank: 2, maxLength: 3 }),
        count: fc.integer({ min: 1, max: 3 }),
        at: fc.nat(5),
      })
      .chain(({ shape, count, at }) => {
        const axis = (at % (2 * shape.length + 2)) - shape.length - 1
        return fc
          .tuple(...Array.from({ length: count }, () => tensors({ ...small, shape })))
          .map((inputs) => ({ f: (...list: F.Variable[]) => F.stack(list, axis), inputs, axis }))
      }),
    casesOf((x) => F.stack([x, F.square(x), x], -1), { maxRank: 2 }),
  ),
  split: fc.oneof(
    someParts(1, (x, axis, n) => F.split(x, n + 1, axis)),
    someParts(1, (x, axis, n) => {
      const length = x.shape.at(axis) ?? 0
      const first = Math.min(n, length)
      return F.split(x, [first, 0, length - first], axis)
    }),
  ),
  chunk: someParts(1, (x, axis, n) => F.chunk(x, n + 1, axis)),
  unbind: someParts(1, (x, axis) => F.unbind(x, axis).map((part) => F.unsqueeze(part, 0))),
} satisfies Record<string, Cases>

/** An op with several results, of which some are used, each in another way. */
function someParts(
  minRank: number,
  parts: (x: F.Variable, axis: number, n: number) => readonly F.Variable[],
): Cases {
  return casesWith(
    { minRank },
    ({ shape }) => fc.record({ axis: axisOf(shape), n: fc.nat(2), used: fc.integer({ min: 1, max: 7 }) }),
    (x, { axis, n, used }) =>
      parts(x, axis, n)
        .map((part, i) => (used & (1 << i) ? F.sum(F.pow(part, i + 1)) : F.mul(0, x.sum().detach())))
        .reduce((total, part) => F.add(total, part)),
  )
}
