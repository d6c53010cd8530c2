import {
  type Axes,
  all,
  any,
  argmax,
  argmin,
  type DType,
  logSumExp,
  max,
  mean,
  min,
  ones,
  prod,
  promote,
  type ReduceOptions,
  std,
  sum,
  type Tensor,
  tensor,
  variance,
  zeros,
} from '@unroll/tensor'
import { axesOf, axisOf, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axesFromStart, dtypes, expectTensor, group } from './oracle.js'

type Op = (x: Tensor, axis?: Axes, options?: ReduceOptions) => Tensor
type Case = [name: string, op: Op, f: (values: number[]) => number, result: (dtype: DType) => DType]

const intAtLeast = (dtype: DType) => promote(dtype, 'int32')
const floatAtLeast = (dtype: DType) => promote(dtype, 'float32')
const bool = (): DType => 'bool'

const total = (values: number[]) => values.reduce((a, b) => a + b, 0)
const average = (values: number[]) => total(values) / values.length
const scatter = (values: number[]) => total(values.map((x) => (x - average(values)) ** 2))
const smaller = (a: number, b: number) => (Number.isNaN(a) || a < b ? a : b)

/** Their values at nothing are known: 0, 1, −∞, true, false. */
const ofAnyNumber: Case[] = [
  ['sum', sum, total, intAtLeast],
  ['prod', prod, (values) => values.reduce((a, b) => a * b, 1), intAtLeast],
  ['logSumExp', logSumExp, (values) => Math.log(total(values.map(Math.exp))), floatAtLeast],
  ['all', all, (values) => +!values.includes(0), bool],
  ['any', any, (values) => +values.some((x) => x !== 0), bool],
]

const ofAtLeastOne: Case[] = [
  ['max', max, (values) => -values.map((x) => -x).reduce(smaller), intAtLeast],
  ['min', min, (values) => values.reduce(smaller), intAtLeast],
  ['mean', mean, average, floatAtLeast],
  [
    'variance without correction',
    (x, axis, options) => variance(x, axis, { correction: 0, ...options }),
    (values) => scatter(values) / values.length,
    floatAtLeast,
  ],
  [
    'std without correction',
    (x, axis, options) => std(x, axis, { correction: 0, ...options }),
    (values) => Math.sqrt(scatter(values) / values.length),
    floatAtLeast,
  ],
]

/** Products of few enough elements to be ints of 32 bits. */
const shape = { maxRank: 3, maxLength: 2 }

describe.each(ofAnyNumber)('%s', (_, op, f, result) => {
  test('goes over any axes', () => check(op, f, result, 0))
})

describe.each(ofAtLeastOne)('%s', (_, op, f, result) => {
  test('goes over any axes', () => check(op, f, result, 1))
})

describe.each<Case>([
  ['variance', variance, (values) => scatter(values) / (values.length - 1), floatAtLeast],
  ['std', std, (values) => Math.sqrt(scatter(values) / (values.length - 1)), floatAtLeast],
])('%s', (_, op, f, result) => {
  test('corrects for the degree of freedom that the mean takes', () => {
    fc.assert(
      fc.property(
        tensors({ dtype: dtypes, minRank: 1, minLength: 2, maxLength: 3 }).chain(withAxes),
        ([x, axis]) => {
          expectReduced(op, f, result, x, axis)
        },
      ),
    )
  })
})

test.each<Case>([
  ['max', max, (values) => -values.map((x) => -x).reduce(smaller), intAtLeast],
  ['min', min, (values) => values.reduce(smaller), intAtLeast],
  ['sum', sum, total, intAtLeast],
])('%s takes NaN and infinities as they are', (_, op, f, result) => {
  fc.assert(
    fc.property(tensors({ dtype: ['float32', 'float64'], nonFinite: true }).chain(withAxes), ([x, axis]) => {
      expectReduced(op, f, result, x, axis)
    }),
  )
})

describe.each([
  ['argmax', argmax, (a: number, b: number) => a > b],
  ['argmin', argmin, (a: number, b: number) => a < b],
] as const)('%s', (_, op, better) => {
  const first = (values: number[]) => {
    const nan = values.findIndex(Number.isNaN)
    return nan >= 0 ? nan : values.findIndex((x) => !values.some((y) => better(y, x)))
  }

  test('finds the first of the best along an axis; a NaN is the best', () => {
    const operands = tensors({ dtype: dtypes, minRank: 1, min: -1, max: 1, nonFinite: true }).chain((x) =>
      fc.tuple(fc.constant(x), axisOf(x.shape)),
    )
    fc.assert(fc.property(operands, ([x, axis]) => expectReduced(op as Op, first, () => 'int32', x, axis)))
  })

  test('finds it among all elements, in row-major order, when no axis is given', () => {
    fc.assert(
      fc.property(tensors({ dtype: dtypes, nonFinite: true }), (x) => {
        expectReduced(op as Op, first, () => 'int32', x, undefined)
      }),
    )
  })
})

test('logSumExp does not overflow', () => {
  expect(logSumExp(tensor([1000, 1000])).item()).toBe(Math.fround(1000 + Math.LN2))
  expect(logSumExp(tensor([-1000, -1000])).item()).toBe(Math.fround(-1000 + Math.LN2))
  const infinities = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  expect(infinities.map((x) => logSumExp(tensor([0, x])).item())).toEqual([
    Number.POSITIVE_INFINITY,
    0,
    Number.NaN,
  ])
  expect(logSumExp(tensor([Number.NEGATIVE_INFINITY])).item()).toBe(Number.NEGATIVE_INFINITY)
})

test('a float32 sum is accumulated in float64', () => {
  // In float32, 2²⁴ + 1 is 2²⁴: a running sum would never move on.
  expect(sum(tensor([2 ** 24, ...Array(64).fill(1)])).item()).toBe(2 ** 24 + 64)
  const tenths = sum(ones([1_000_000]).mul(0.1)).item()
  expect(Math.abs(tenths - 100_000)).toBeLessThan(0.01)
})

test('an empty list of axes reduces nothing', () => {
  const x = tensor([[1, 2], [3, 4]]) // biome-ignore format: a matrix
  expect(sum(x, []).toArray()).toEqual([[1, 2], [3, 4]]) // biome-ignore format: a matrix
})

test('an axis of length 0 leaves an empty result, or the value at nothing', () => {
  expect(sum(zeros([0, 2]), 1)).toMatchObject({ shape: [0] })
  expect(max(zeros([0, 2]), 1)).toMatchObject({ shape: [0] })
  expect(sum(zeros([0, 2]), 0).toArray()).toEqual([0, 0])
  expect(prod(zeros([0])).item()).toBe(1)
  expect(logSumExp(zeros([0])).item()).toBe(Number.NEGATIVE_INFINITY)
})

function withAxes(x: Tensor): fc.Arbitrary<[Tensor, Axes]> {
  return fc.tuple(fc.constant(x), axesOf(x.shape))
}

function check(
  op: Op,
  f: (values: number[]) => number,
  result: (dtype: DType) => DType,
  minLength: number,
): void {
  fc.assert(
    fc.property(tensors({ ...shape, dtype: dtypes, minLength }).chain(withAxes), ([x, axis]) =>
      expectReduced(op, f, result, x, axis),
    ),
  )
}

/** The result, with the reduced axes kept and without. */
function expectReduced(
  op: Op,
  f: (values: number[]) => number,
  result: (dtype: DType) => DType,
  x: Tensor,
  axis: Axes,
): void {
  const axes = axesFromStart(axis, x.rank)
  const kept = x.shape.map((length, a) => (axes.includes(a) ? 1 : length))
  const tolerances = {
    tolerance: x.dtype === 'float64' ? 1e-13 : 1e-6,
    absolute: x.dtype === 'float64' ? 1e-14 : 1e-6,
  }
  const dtype = result(x.dtype)
  expectTensor(op(x, axis, { keepDims: true }), {
    shape: kept,
    dtype,
    at: (index) => f(group(x, axes, index)),
    ...tolerances,
  })
  expectTensor(op(x, axis), {
    shape: x.shape.filter((_, a) => !axes.includes(a)),
    dtype,
    at: (index) => {
      const rest = [...index]
      return f(
        group(
          x,
          axes,
          kept.map((_, a) => (axes.includes(a) ? 0 : (rest.shift() as number))),
        ),
      )
    },
    ...tolerances,
  })
}
