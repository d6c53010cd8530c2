import * as F from '@unroll/autograd'
import { axisOf } from '@unroll/autograd/testing'
import fc from 'fast-check'
import { type Cases, casesOf, casesWith } from './common.js'

export const reshape = {
  // The same lengths in another order, one of them perhaps left to be worked out.
  reshape: casesWith(
    {},
    ({ shape, rank }) =>
      fc
        .tuple(fc.shuffledSubarray([...shape], { minLength: rank }), fc.nat(rank))
        .map(([lengths, left]) => lengths.map((n, i) => (i === left ? -1 : n))),
    (x, shape) => F.reshape(x, shape),
  ),
  flatten: casesWith(
    { minRank: 1 },
    ({ rank }) =>
      fc
        .tuple(fc.nat(rank - 1), fc.nat(rank - 1), fc.boolean())
        .map(([i, j, fromEnd]) => [Math.min(i, j), Math.max(i, j) - (fromEnd ? rank : 0)]),
    (x, [start, end]) => F.flatten(x, start, end),
  ),
  squeeze: casesWith(
    { maxLength: 2 },
    ({ shape }) => {
      const ones = [...shape.keys()].filter((axis) => shape[axis] === 1)
      return fc.oneof(fc.constant(undefined), fc.subarray(ones))
    },
    (x, axis) => F.squeeze(x, axis),
  ),
  unsqueeze: casesWith(
    {},
    ({ rank }) => fc.integer({ min: -rank - 1, max: rank }),
    (x, axis) => F.unsqueeze(x, axis),
  ),
  transpose: casesWith(
    { minRank: 1 },
    ({ shape }) => fc.tuple(axisOf(shape), axisOf(shape)),
    (x, [i, j]) => F.transpose(x, i, j),
  ),
  permute: casesWith(
    {},
    ({ shape, rank }) =>
      fc
        .tuple(fc.shuffledSubarray([...shape.keys()], { minLength: rank }), fc.boolean())
        .map(([order, fromEnd]) => (fromEnd ? order.map((axis) => axis - rank) : order)),
    (x, order) => F.permute(x, order),
  ),
  // New axes in front, axes of length 1 repeated, -1 for one that stays.
  expand: casesWith(
    { maxRank: 2 },
    ({ shape }) =>
      fc
        .tuple(fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 1 }), fc.integer({ min: 1, max: 3 }))
        .map(([lead, n]) => [...lead, ...shape.map((length) => (length === 1 ? n : -1))]),
    (x, shape) => F.expand(x, shape),
  ),
  contiguous: casesOf(F.contiguous),
  copy: casesOf(F.copy),
  cast: casesOf((x) => F.cast(x, 'float64')),
} satisfies Record<string, Cases>
