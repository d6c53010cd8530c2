import { grad, parameter, variable } from '@unroll/autograd'
import { expect, test } from 'vitest'

test('a backward pass through broadcasting, a product and a softmax', () => {
  const w = parameter([
    [1, 2],
    [3, 4],
  ])
  const b = parameter([0.5, -0.5])
  const y = variable([[1, -1]])
    .matmul(w)
    .add(b)
  // y = [1 − 3 + ½, 2 − 4 − ½] and d(½ Σ y²)/dy = y
  y.square().sum().mul(0.5).backward()
  expect(y.value.toArray()).toEqual([[-1.5, -2.5]])
  expect(b.grad?.value.toArray()).toEqual([-1.5, -2.5])
  expect(w.grad?.value.toArray()).toEqual([
    [-1.5, -2.5],
    [1.5, 2.5],
  ])
})

test('a gradient of a gradient', () => {
  // d²(x³)/dx² = 6x
  const second = grad(grad((x) => x.mul(x).mul(x)))
  expect(second(variable(2)).value.item()).toBe(12)
})
