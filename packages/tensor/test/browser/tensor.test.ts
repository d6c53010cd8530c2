import { matmul, Random, Tensor, tensor } from '@unroll/tensor'
import { expect, test } from 'vitest'

test('ops, views and broadcasting', () => {
  const x = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])
  expect(
    x
      .transpose()
      .add(tensor([10, 20]))
      .toArray(),
  ).toEqual([
    [11, 24],
    [12, 25],
    [13, 26],
  ])
  expect(matmul(x, x.transpose()).toArray()).toEqual([
    [14, 32],
    [32, 77],
  ])
  expect(x.slice(null, [null, null, -1]).sum(0).toArray()).toEqual([9, 7, 5])
})

test('a seed gives the same bits everywhere', () => {
  const random = new Random(7)
  expect([random.next(), random.next(), random.gaussian()]).toEqual([
    0.5915100035036439, 0.9496306633276698, -1.3639737520777226,
  ])
})

test('a softmax row sums to 1', () => {
  const y = new Random(1).normal([4, 50], 0, 10).softmax()
  expect(y).toBeInstanceOf(Tensor)
  for (const row of y) expect(row.sum().item()).toBeCloseTo(1, 5)
})
