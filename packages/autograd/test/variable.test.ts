import * as F from '@unroll/autograd'
import { ones, tensor, UnrollError } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

describe('variable and parameter', () => {
  test('take nested arrays, typed arrays and numbers', () => {
    expect(
      F.variable([
        [1, 2],
        [3, 4],
      ]).shape,
    ).toEqual([2, 2])
    expect(F.variable(new Float64Array(6), { shape: [2, 3] }).dtype).toBe('float64')
    expect(F.variable(5).item()).toBe(5)
  })

  test('share a tensor', () => {
    const x = tensor([1, 2])
    expect(F.parameter(x).value).toBe(x)
  })

  test('convert a tensor where a dtype or a shape is given', () => {
    const x = F.parameter(tensor([1, 2, 3, 4]), { dtype: 'float64', shape: [2, 2] })
    expect([x.dtype, x.toArray()]).toEqual([
      'float64',
      [
        [1, 2],
        [3, 4],
      ],
    ])
  })

  test('differ in whether they require a gradient', () => {
    expect([F.variable(1).requiresGrad, F.parameter(1).requiresGrad]).toEqual([false, true])
    expect(F.variable(1, { requiresGrad: true }).requiresGrad).toBe(true)
  })
})

test('a variable looks like its value', () => {
  const x = F.parameter(
    [
      [1, 2],
      [3, 4],
    ],
    { name: 'w' },
  )
  expect([x.shape, x.rank, x.size, x.dtype]).toEqual([[2, 2], 2, 4, 'float32'])
  expect([...x.data]).toEqual([1, 2, 3, 4])
  expect(`${x}`).toBe(`${x.value}`)
  const inspect = Symbol.for('nodejs.util.inspect.custom')
  expect((x as unknown as Record<symbol, () => string>)[inspect]()).toMatch(
    /^Variable w\[2, 2\] float32 \(leaf\)\n/,
  )
})

test('every op is a method, but for those that start from a list or a condition', () => {
  const methods = Object.keys(F.ops).filter((name) => name in F.Variable.prototype)
  const others = Object.keys(F.ops).filter((name) => !(name in F.Variable.prototype))
  expect(others.sort()).toEqual(['concat', 'stack', 'where'])
  expect(methods.length).toBeGreaterThan(60)
  const x = F.variable([1, 2])
  expect(x.add(1).sum(0, { keepDims: true }).toArray()).toEqual([5])
})

describe('ops take tensors and numbers as constants', () => {
  test('and give constants of constants', () => {
    expect(F.add(ones([2]), 1).requiresGrad).toBe(false)
    expect(F.exp(0).item()).toBe(1)
    expect(F.concat([ones([1]), F.variable([2])]).toArray()).toEqual([1, 2])
  })

  test('and refuse anything else', () => {
    const bad = [null, 'x', [1, 2]] as unknown as number[]
    for (const operand of bad) {
      expect(() => F.add(F.variable(1), operand)).toThrow(UnrollError)
      expect(() => F.add(F.variable(1), operand)).toThrow('add: wants a Variable, a Tensor or a number, got')
      expect(() => F.exp(operand)).toThrow('exp: wants a Variable')
      expect(() => F.concat([operand])).toThrow('concat: wants a Variable')
      expect(() => F.where(operand, 1, 2)).toThrow('where: wants a Variable')
    }
  })

  test('and name shapes as they were given when they do not fit', () => {
    const x = F.parameter([1, 2, 3])
    expect(() => x.matmul(ones([4, 5]))).toThrow('matmul: inner dimensions differ: [3] x [4, 5] (3 ≠ 4)')
    expect(() => F.matmul(ones([2, 4]), x)).toThrow('matmul: inner dimensions differ: [2, 4] x [3] (4 ≠ 3)')
    expect(() => x.matmul(2)).toThrow('matmul: wants vectors or matrices, got [3] x []')
    expect(() => x.add(ones([2]))).toThrow('add: shapes do not broadcast: [3] and [2]')
  })
})
