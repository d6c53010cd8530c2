import type { ops } from '@unroll/autograd'
import { arithmetic } from './arithmetic.js'
import type { Cases } from './common.js'
import { elementwise } from './elementwise.js'
import { indexing } from './indexing.js'
import { join } from './join.js'
import { lastAxis } from './last-axis.js'
import { matmul } from './matmul.js'
import { reduce } from './reduce.js'
import { reshape } from './reshape.js'
import { slice } from './slice.js'

/** Ops whose results are bools or indices. */
export const withoutGradient = [
  'equal',
  'notEqual',
  'less',
  'lessEqual',
  'greater',
  'greaterEqual',
  'isFinite',
  'logicalNot',
  'all',
  'any',
  'argmax',
  'argmin',
] as const

/** Every other op, and what to check its gradient on: one forgotten does not compile. */
export const opCases: Readonly<Record<Exclude<keyof typeof ops, (typeof withoutGradient)[number]>, Cases>> = {
  ...arithmetic,
  ...elementwise,
  ...reduce,
  ...lastAxis,
  ...matmul,
  ...reshape,
  ...slice,
  ...join,
  ...indexing,
}
