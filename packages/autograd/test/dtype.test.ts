import * as F from '@unroll/autograd'
import type { DType } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

describe('operands of two dtypes: each gradient has that of its own', () => {
  const ops: [string, (a: F.Variable, b: F.Variable) => F.Variable][] = [
    ['add', F.add],
    ['sub', F.sub],
    ['mul', F.mul],
    ['div', F.div],
    ['pow', F.pow],
    ['maximum', F.maximum],
    ['where', (a, b) => F.where(a.greater(0), a, b)],
    ['matmul', F.matmul],
    ['concat', (a, b) => F.concat([a, b])],
    ['stack', (a, b) => F.stack([a, b])],
    ['scatterAdd', (a, b) => F.scatterAdd(a, 0, F.variable([0, 1], { dtype: 'int32' }), b)],
  ]
  test.each(ops)('%s', (_, op) => {
    const a = F.parameter([1, 2], { dtype: 'float32' })
    const b = F.parameter([3, 4], { dtype: 'float64' })
    for (const y of [op(a, b), op(b, a)]) {
      expect(y.dtype).toBe('float64')
      y.sum().backward()
    }
    expect([a.grad?.dtype, b.grad?.dtype]).toEqual(['float32', 'float64'])
  })
})

test('cast converts the gradient back', () => {
  const x = F.parameter([1.5, 2.5], { dtype: 'float64' })
  x.cast('float32').mul(0.1).sum().backward()
  expect(x.grad?.dtype).toBe('float64')
  expect(x.grad?.toArray()).toEqual([Math.fround(0.1), Math.fround(0.1)])
})

test('ints have no gradient', () => {
  const x = F.parameter([1.5, 2.5])
  expect(x.cast('int32').requiresGrad).toBe(false)
  expect(F.variable([1, 2], { dtype: 'int32' }).mul(x).requiresGrad).toBe(true)
})

describe('numbers beside float64 keep all their digits', () => {
  const tenth: [string, (x: F.Variable) => F.Variable, value: number, gradient: number][] = [
    ['mul', (x) => x.mul(0.1), 0.3 * (1 / 3), 0.1],
    ['div', (x) => F.div(0.1, x), 0.1, -0.1],
    ['add', (x) => x.add(0.1), 1.1, 1],
    ['pow', (x) => x.pow(0.1), 1, 0.1],
    ['base', (x) => F.pow(0.1, x), 0.1, 0.1 * Math.log(0.1)],
    ['where', (x) => F.where(x.less(0), x, 0.1).mul(x), 0.1, 0.1],
    ['leakyRelu', (x) => F.leakyRelu(x.neg(), 0.1), -0.1, -0.1],
    ['mean', (x) => x.expand([3]).mean().mul(0.1), 0.1, 0.1],
  ]
  test.each(tenth)('%s', (_, f, value, gradient) => {
    const x = F.parameter(1, { dtype: 'float64' })
    const y = f(x)
    y.backward()
    expect(y.item()).toBeCloseTo(value, 15)
    expect(x.grad?.item()).toBeCloseTo(gradient, 15)
  })
})

test.each<DType>(['float32', 'float64'])('the way back stays in %s', (dtype) => {
  const x = F.parameter([0.5, 1.5], { dtype })
  const y = x.tanh().mul(2).gelu().std().add(x.softmax().max())
  const [dx] = F.gradients(y, [x], { createGraph: true })
  const [d2x] = F.gradients(dx.sum(), [x])
  expect([y.dtype, dx.dtype, d2x.dtype]).toEqual([dtype, dtype, dtype])
})
