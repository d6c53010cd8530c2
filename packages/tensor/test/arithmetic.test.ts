import {
  add,
  type DType,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  minimum,
  mul,
  notEqual,
  pow,
  promote,
  sub,
  type Tensor,
  type TensorLike,
  tensor,
  where,
} from '@unroll/tensor'
import { broadcastableShapes, tensors, tensorsThatBroadcast } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, expectTensor, read } from './oracle.js'

type Op = (a: TensorLike, b: TensorLike) => Tensor
type Case = [name: string, op: Op, f: (a: number, b: number) => number, result: (dtype: DType) => DType]

const intAtLeast = (dtype: DType) => promote(dtype, 'int32')
const floatAtLeast = (dtype: DType) => promote(dtype, 'float32')
const bool = (): DType => 'bool'
const eitherNaN = (a: number, b: number) => Number.isNaN(a) || Number.isNaN(b)

const cases: Case[] = [
  ['add', add, (a, b) => a + b, intAtLeast],
  ['sub', sub, (a, b) => a - b, intAtLeast],
  ['mul', mul, (a, b) => a * b, intAtLeast],
  ['div', div, (a, b) => a / b, floatAtLeast],
  ['maximum', maximum, (a, b) => (eitherNaN(a, b) ? Number.NaN : a > b ? a : b), intAtLeast],
  ['minimum', minimum, (a, b) => (eitherNaN(a, b) ? Number.NaN : a < b ? a : b), intAtLeast],
  ['equal', equal, (a, b) => +(a === b), bool],
  ['notEqual', notEqual, (a, b) => +!(a === b), bool],
  ['less', less, (a, b) => +(b > a), bool],
  ['lessEqual', lessEqual, (a, b) => +(a < b || a === b), bool],
  ['greater', greater, (a, b) => +(a > b), bool],
  ['greaterEqual', greaterEqual, (a, b) => +(a > b || a === b), bool],
]

const pairs = tensorsThatBroadcast(2, { dtype: dtypes, minLength: 0, nonFinite: true })

describe.each(cases)('%s', (_, op, f, result) => {
  test('broadcasts, and promotes dtypes', () => {
    fc.assert(fc.property(pairs, ([a, b]) => check(op, f, result, a, b)))
  })

  test('takes a number on either side for a scalar of the dtype of the other', () => {
    const numbers = fc.integer({ min: -9, max: 9 })
    fc.assert(
      fc.property(tensors({ dtype: ['int32', 'float32', 'float64'] }), numbers, (x, n) => {
        const scalar = tensor(n, { dtype: x.dtype })
        const expected = (a: Tensor, b: Tensor) => ({
          shape: x.shape,
          dtype: result(x.dtype),
          at: (index: number[]) => f(read(a, index), read(b, index)),
        })
        expectTensor(op(x, n), expected(x, scalar))
        expectTensor(op(n, x), expected(scalar, x))
      }),
    )
  })
})

describe('pow', () => {
  test('of floats, and of ints by ints that are not negative', () => {
    const bases = { dtype: dtypes, min: 0.5, max: 4, minLength: 0 }
    const ints = { dtype: ['bool', 'int32'] as const, min: 0, max: 4, minLength: 0 }
    const operands = fc.oneof(
      tensorsThatBroadcast(2, bases),
      tensorsThatBroadcast(2, { ...bases, dtype: ['float32', 'float64'], min: -4, max: -1 }),
      tensorsThatBroadcast(2, ints),
    )
    fc.assert(fc.property(operands, ([a, b]) => check(pow, (x, y) => x ** y, intAtLeast, a, b)))
  })
})

describe('where', () => {
  test('chooses element by element; the condition and both operands broadcast', () => {
    const operands = broadcastableShapes(3, { minLength: 0 }).chain(([c, a, b]) =>
      fc.tuple(
        tensors({ shape: c, dtype: dtypes, nonFinite: true }),
        tensors({ shape: a, dtype: dtypes, nonFinite: true }),
        tensors({ shape: b, dtype: dtypes, nonFinite: true }),
      ),
    )
    fc.assert(
      fc.property(operands, ([c, a, b]) => {
        expectTensor(where(c, a, b), {
          shape: broadcast(broadcast(c.shape, a.shape), b.shape),
          dtype: promote(a.dtype, b.dtype),
          at: (index) => (read(c, index) !== 0 ? read(a, index) : read(b, index)),
        })
      }),
    )
  })

  test('takes numbers', () => {
    expect(where(tensor([true, false]), 1, Number.NaN).toArray()).toEqual([1, Number.NaN])
    expect(where(tensor([true, false]), tensor([7, 8], { dtype: 'int32' }), 0)).toMatchObject({
      dtype: 'int32',
    })
  })
})

function check(
  op: Op,
  f: (a: number, b: number) => number,
  result: (dtype: DType) => DType,
  a: Tensor,
  b: Tensor,
): void {
  expectTensor(op(a, b), {
    shape: broadcast(a.shape, b.shape),
    dtype: result(promote(a.dtype, b.dtype)),
    at: (index) => f(read(a, index), read(b, index)),
  })
}

/** NumPy's rule, for shapes that do broadcast: at each axis from the last, the length that is not 1. */
function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length)
  const pad = (shape: readonly number[]) => [...Array(rank - shape.length).fill(1), ...shape]
  return pad(a).map((m, axis) => (m === 1 ? pad(b)[axis] : m))
}
