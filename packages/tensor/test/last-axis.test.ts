import {
  cumsum,
  type DType,
  logSoftmax,
  promote,
  softmax,
  sum,
  type Tensor,
  tensor,
  zeros,
} from '@unroll/tensor'
import { axisOf, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axesFromStart, dtypes, expectTensor, group } from './oracle.js'

type Op = (x: Tensor, axis?: number) => Tensor
/** The element at `i` of what a line of values becomes. */
type Line = (line: number[], i: number) => number

const total = (values: number[]) => values.reduce((a, b) => a + b, 0)
const share: Line = (line, i) => Math.exp(line[i]) / total(line.map(Math.exp))

describe.each<[name: string, op: Op, f: Line, least: DType]>([
  ['cumsum', cumsum, (line, i) => total(line.slice(0, i + 1)), 'int32'],
  ['softmax', softmax, share, 'float32'],
  ['logSoftmax', logSoftmax, (line, i) => Math.log(share(line, i)), 'float32'],
])('%s', (_, op, f, least) => {
  test('works along any axis', () => {
    const operands = tensors({ dtype: dtypes, minRank: 1, minLength: 0 }).chain((x) =>
      fc.tuple(fc.constant(x), axisOf(x.shape)),
    )
    fc.assert(
      fc.property(operands, ([x, axis]) => {
        const [along] = axesFromStart(axis, x.rank)
        expectTensor(op(x, axis), {
          shape: x.shape,
          dtype: promote(x.dtype, least),
          at: (index) => f(group(x, [along], index.with(along, 0)), index[along]),
          tolerance: x.dtype === 'float64' ? 1e-13 : 1e-6,
          absolute: x.dtype === 'float64' ? 1e-14 : 1e-6,
        })
      }),
    )
  })

  test('takes the last axis by default', () => {
    const x = tensor([[1, 2, 4], [0, -1, 1]]) // biome-ignore format: a matrix
    expect(op(x).toArray()).toEqual(op(x, 1).toArray())
  })
})

test('softmax and logSoftmax do not overflow', () => {
  expect(softmax(tensor([1000, 1000])).toArray()).toEqual([0.5, 0.5])
  expect(softmax(tensor([-1000, 0])).toArray()).toEqual([0, 1])
  expect(logSoftmax(tensor([-1000, 0])).toArray()).toEqual([-1000, 0])
  expect(softmax(tensor([Number.NEGATIVE_INFINITY, 0])).toArray()).toEqual([0, 1]) // a masked place
})

test('softmax of a NaN, an infinity or nothing but −∞ is NaN, as PyTorch has it', () => {
  const lines = [[Number.NaN, 0], [Number.POSITIVE_INFINITY, 0], Array(2).fill(Number.NEGATIVE_INFINITY)]
  for (const line of lines) expect(Number.isNaN(sum(softmax(tensor(line))).item())).toBe(true)
})

test('the sums behind them are float64', () => {
  // 2²⁴ + 1 has no float32, but the running sum goes on counting.
  const [, , last] = cumsum(tensor([2 ** 24, 1, 1])).toArray() as number[]
  expect(last).toBe(2 ** 24 + 2)
  const many = softmax(zeros([100_000]))
  expect(Math.abs(sum(many).item() - 1)).toBeLessThan(1e-6)
})
