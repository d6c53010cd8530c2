import * as F from '@unroll/autograd'
import { axesOf, sliceSpecsOf } from '@unroll/autograd/testing'
import fc from 'fast-check'
import { type Cases, casesWith } from './common.js'

const width = fc.tuple(fc.nat(2), fc.nat(2))

export const slice = {
  slice: casesWith(
    {},
    ({ shape }) => sliceSpecsOf(shape),
    (x, specs) => F.slice(x, ...specs),
  ),
  flip: casesWith(
    {},
    ({ shape }) => axesOf(shape),
    (x, axis) => F.flip(x, axis),
  ),
  pad: casesWith(
    { maxRank: 2 },
    ({ rank }) => fc.tuple(fc.array(width, { maxLength: rank }), fc.nat(1)),
    (x, [widths, value]) => F.pad(x, widths, value),
  ),
} satisfies Record<string, Cases>
