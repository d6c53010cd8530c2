import * as T from '@unroll/tensor'
import { ops, Tensor, tensor } from '@unroll/tensor'
import { describe, expect, expectTypeOf, test } from 'vitest'

const x = tensor([[1, 2], [3, 4]]) // biome-ignore format: a matrix
const index = tensor([[0, 1]], { dtype: 'int32' })

/** What each method is called with, after the tensor. */
const operands: Record<string, unknown[]> = {
  ...Object.fromEntries(
    ['add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum', 'matmul', 'arrayEqual', 'allClose'].map(
      (name) => [name, [x]],
    ),
  ),
  ...Object.fromEntries(
    ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'].map((name) => [name, [2]]),
  ),
  cast: ['int32'],
  clamp: [2, 3],
  leakyRelu: [0.5],
  elu: [2],
  gelu: ['tanh'],
  reshape: [[4]],
  permute: [[1, 0]],
  unsqueeze: [1],
  expand: [[3, 2, 2]],
  slice: [[0, 1], 1],
  pad: [[[1, 1]]],
  split: [1],
  chunk: [2],
  gather: [0, index],
  scatterAdd: [0, index, tensor([[1, 1]])],
  indexSelect: [1, tensor([1, 0], { dtype: 'int32' })],
}

const notMethods = ['concat', 'stack', 'where']
const functions = Object.entries({ ...ops, allClose: T.allClose, arrayEqual: T.arrayEqual })

describe('every op is a method, and gives what the function gives', () => {
  test.each(functions.filter(([name]) => !notMethods.includes(name)))('%s', (name, op) => {
    const call = op as (...operands: unknown[]) => unknown
    const method = (x as unknown as Record<string, (...operands: unknown[]) => unknown>)[name]
    const rest = operands[name] ?? []
    expect(values(method.call(x, ...rest))).toEqual(values(call(x, ...rest)))
  })
})

test('but those whose first operand is not the tensor', () => {
  for (const name of notMethods) {
    expect(name in ops).toBe(true)
    expect(name in x).toBe(false)
  }
})

test('methods are not listed among the properties of a tensor', () => {
  expect(Object.keys(x)).toEqual(['storage', 'shape', 'strides', 'offset', 'dtype'])
  const listed: string[] = []
  for (const name in x) listed.push(name)
  expect(listed).toEqual(Object.keys(x))
})

test('they chain', () => {
  // [1 3; 5 7] [1 3; 2 4] = [7 15; 19 43]
  expect(x.mul(2).sub(1).matmul(x.transpose()).sum(0).div(2).toArray()).toEqual([13, 29])
})

test('their types are those of the functions', () => {
  expectTypeOf(x.add).parameters.toEqualTypeOf<[b: T.TensorLike]>()
  expectTypeOf(x.add).returns.toEqualTypeOf<Tensor>()
  expectTypeOf(x.sum).parameters.toEqualTypeOf<[axis?: T.Axes, options?: T.ReduceOptions]>()
  expectTypeOf(x.variance).parameter(1).toEqualTypeOf<T.VarianceOptions | undefined>()
  expectTypeOf(x.exp).parameters.toEqualTypeOf<[]>()
  expectTypeOf(x.slice).parameters.toEqualTypeOf<T.SliceSpec[]>()
  expectTypeOf(x.split).returns.toEqualTypeOf<Tensor[]>()
  expectTypeOf(x.cast).parameters.toEqualTypeOf<[dtype: T.DType]>()
  expectTypeOf(x.gelu).parameters.toEqualTypeOf<[approximate?: T.GeluApproximation]>()
  expectTypeOf(x.arrayEqual).returns.toEqualTypeOf<boolean>()
  expectTypeOf(x.allClose).parameter(1).toEqualTypeOf<T.CloseOptions | undefined>()
  expectTypeOf(x).not.toHaveProperty('concat')
  expectTypeOf(x).not.toHaveProperty('where')
  expectTypeOf(x.shape).toEqualTypeOf<readonly number[]>()
  expectTypeOf(T.tensor).parameter(0).toEqualTypeOf<T.NestedArray | T.TypedArray>()
  expectTypeOf(T.concat).parameter(0).toEqualTypeOf<readonly Tensor[]>()
})

/** Tensors as what they hold, so that two can be compared. */
function values(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(values)
  return result instanceof Tensor
    ? { dtype: result.dtype, shape: result.shape, values: result.toArray() }
    : result
}
