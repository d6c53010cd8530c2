import {
  add,
  all,
  any,
  argmax,
  bytesOf,
  cast,
  concat,
  cumsum,
  type DType,
  div,
  equal,
  exp,
  max,
  mean,
  mul,
  neg,
  pow,
  prod,
  promote,
  relu,
  softmax,
  stack,
  std,
  sub,
  sum,
  type Tensor,
  tensor,
  where,
  zeros,
} from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, expectTensor } from './oracle.js'

const ints = (values: number[]) => tensor(values, { dtype: 'int32' })
const bools = tensor([true, true, false])

test('an operation on two dtypes gives the later of bool, int32, float32, float64', () => {
  const table: Record<DType, DType[]> = {
    // with bool, int32, float32, float64
    bool: ['bool', 'int32', 'float32', 'float64'],
    int32: ['int32', 'int32', 'float32', 'float64'],
    float32: ['float32', 'float32', 'float32', 'float64'],
    float64: ['float64', 'float64', 'float64', 'float64'],
  }
  for (const a of dtypes) {
    expect(dtypes.map((b) => promote(a, b))).toEqual(table[a])
    expect(dtypes.map((b) => where(1, zeros([1], { dtype: a }), zeros([1], { dtype: b })).dtype)).toEqual(
      table[a],
    )
  }
})

test('a number takes the dtype of the tensor beside it, unless that cannot hold it', () => {
  const dtypeWith = (dtype: DType, n: number) => add(zeros([1], { dtype }), n).dtype
  expect(dtypes.map((dtype) => dtypeWith(dtype, 2))).toEqual(['int32', 'int32', 'float32', 'float64'])
  expect(dtypes.map((dtype) => dtypeWith(dtype, 2.5))).toEqual(['float32', 'float32', 'float32', 'float64'])
  expect(dtypeWith('int32', 2 ** 31)).toBe('float32')
  expect(equal(tensor([0.1]), 0.1).toArray()).toEqual([true]) // both float32's nearest to 0.1
  expect(add(zeros([1], { dtype: 'float64' }), 0.1).item()).toBe(0.1)
})

test.each<[what: string, got: Tensor, dtype: DType, values: unknown]>([
  ['bools add up', add(bools, bools), 'int32', [2, 2, 0]],
  ['bools are summed', sum(bools), 'int32', 2],
  ['bools have a mean', mean(bools), 'float32', Math.fround(2 / 3)],
  ['bools have a largest', max(bools), 'int32', 1],
  ['bools are negated as ints', neg(bools), 'int32', [-1, -1, 0]],
  ['ints stay ints', relu(ints([-1, 2])), 'int32', [0, 2]],
  ['ints have an int power', pow(ints([2, -3]), 3), 'int32', [8, -27]],
  ['ints have an int product', prod(ints([2, -3, 4])), 'int32', -24],
  ['ints have int running sums', cumsum(ints([1, 2, 3])), 'int32', [1, 3, 6]],
  ['ints divide truly', div(ints([7, -7]), 2), 'float32', [3.5, -3.5]],
  [
    'ints divide by zero as floats',
    div(ints([1, -1]), 0),
    'float32',
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ],
  ['ints have a float mean', mean(ints([1, 2])), 'float32', 1.5],
  ['ints have a float deviation', std(ints([1, 3]), undefined, { correction: 0 }), 'float32', 1],
  ['functions of ints are floats', exp(ints([0])), 'float32', [1]],
  ['softmax of ints is of floats', softmax(ints([3, 3])), 'float32', [0.5, 0.5]],
  ['positions are ints', argmax(tensor([1, 3, 2])), 'int32', 1],
  ['questions are answered by bools', all(ints([1, 2])), 'bool', true],
  ['NaN is not 0', any(tensor([0, Number.NaN])), 'bool', true],
  ['joined tensors have the promoted dtype', concat([bools, ints([5])]), 'int32', [1, 1, 0, 5]],
  ['so have stacked ones', stack([ints([1]), tensor([0.5])]), 'float32', [[1], [0.5]]],
])('%s', (_, got, dtype, values) => {
  expect(got.dtype).toBe(dtype)
  expect(got.toArray()).toEqual(values)
})

test('int32 wraps around beyond its range', () => {
  expect(add(ints([2 ** 31 - 1]), 1).item()).toBe(-(2 ** 31))
  expect(sub(ints([-(2 ** 31)]), 1).item()).toBe(2 ** 31 - 1)
  expect(mul(ints([2 ** 30]), 4).item()).toBe(0)
  expect(sum(ints([2 ** 31 - 1, 2 ** 31 - 1])).item()).toBe(-2)
})

describe('cast', () => {
  test('keeps what the dtype can hold', () => {
    fc.assert(
      fc.property(tensors({ dtype: dtypes, minLength: 0 }), fc.constantFrom(...dtypes), (x, dtype) => {
        const at = (index: number[]) => (dtype === 'int32' ? Math.trunc(x.get(...index)) : x.get(...index))
        expectTensor(cast(x, dtype), { shape: x.shape, dtype, at })
      }),
    )
  })

  test('is the tensor itself where there is nothing to do', () => {
    const x = tensor([1, 2])
    expect(cast(x, 'float32')).toBe(x)
  })

  test('drops the fraction on the way to int32', () => {
    expect(cast(tensor([1.9, -1.9, 0.5, -0.5]), 'int32').toArray()).toEqual([1, -1, 0, 0])
    const edges = tensor([2147483647.9, -2147483648.9], { dtype: 'float64' })
    expect(cast(edges, 'int32').toArray()).toEqual([2147483647, -2147483648])
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 31, -(2 ** 31) - 1024])(
    'refuses to make an int of %s',
    (value) => {
      const x = tensor([0, value])
      expect(() => cast(x, 'int32')).toThrow(`cast: ${value} cannot be converted to int32`)
      expect(() => zeros([2], { dtype: 'int32' }).assign(x)).toThrow(`assign: ${value} cannot be`)
    },
  )

  test('to bool, all but 0 is true', () => {
    expect(cast(tensor([0, -0, 0.5, -3, Number.NaN]), 'bool').toArray()).toEqual([
      false,
      false,
      true,
      true,
      true,
    ])
  })

  test('from float64 rounds to the nearest float32', () => {
    const third = tensor([1 / 3], { dtype: 'float64' })
    expect(cast(third, 'float32').item()).toBe(Math.fround(1 / 3))
  })
})

test('elements take 1, 4, 4 and 8 bytes', () => {
  expect(dtypes.map(bytesOf)).toEqual([1, 4, 4, 8])
})
