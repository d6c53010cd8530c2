import {
  flip,
  matmul,
  Random,
  reference,
  type Shape,
  type Tensor,
  tensor,
  transpose,
  withKernels,
} from '@unroll/tensor'
import { describe, expect, test } from 'vitest'

/** Float32 sums of K products, in any order (Higham, eq. 3.5), and what the reference rounds off at the end. */
function expectProduct(a: Tensor, b: Tensor): void {
  const c = matmul(a, b)
  const { want, total } = withKernels(reference, () => ({
    want: matmul(a, b),
    total: matmul(a.abs(), b.abs()),
  }))
  expect(c.shape).toEqual(want.shape)
  const unit = (a.shape[a.rank - 1] + 2) * 2 ** -24
  c.data.forEach((value: number, i: number) => {
    const right = Object.is(value, want.data[i]) || Math.abs(value - want.data[i]) <= unit * total.data[i]
    if (!right && value !== want.data[i]) expect.fail(`at ${i}: got ${value}, want ${want.data[i]}`)
  })
}

/** Matrices of normal numbers, in all the ways in which rows and columns can lie. */
const ways: Record<string, (rng: Random, batch: Shape, rows: number, columns: number) => Tensor> = {
  'row-major': (rng, batch, rows, columns) => rng.normal([...batch, rows, columns]),
  transposed: (rng, batch, rows, columns) => transpose(rng.normal([...batch, columns, rows]), -1, -2),
  'with gaps': (rng, batch, rows, columns) =>
    rng.normal([...batch, rows, 9 * columns]).slice(...batch.map(() => null), null, [3, 3 + columns]),
  'far apart': (rng, batch, rows, columns) =>
    rng.normal([...batch, rows, columns, 3]).slice(...batch.map(() => null), null, null, 1),
  'upside down': (rng, batch, rows, columns) => flip(rng.normal([...batch, rows, columns]), -2),
  'back to front': (rng, batch, rows, columns) => flip(rng.normal([...batch, rows, columns]), [-1, -2]),
  'one row': (rng, batch, rows, columns) =>
    rng.normal([...batch, 1, columns]).expand([...batch, rows, columns]),
  'one column': (rng, batch, rows, columns) =>
    rng.normal([...batch, rows, 1]).expand([...batch, rows, columns]),
}

/** Lengths on all sides of what is done differently: few rows, few columns, one of each, and long sums. */
const sizes = [
  [1, 300, 70], [2, 33, 37], [5, 130, 41], [11, 64, 8], [12, 64, 9], [33, 70, 30], [70, 37, 65],
  [50, 33, 1], [64, 40, 2], [37, 65, 7], [130, 20, 16], [6, 1100, 10], [20, 1030, 24], [1, 65, 1], [1, 3, 90],
] // biome-ignore format: a table

describe.each(Object.keys(ways))('a %s', (left) => {
  test.each(Object.keys(ways))('by b %s', (right) => {
    const rng = new Random(7)
    for (const [M, K, N] of sizes) expectProduct(ways[left](rng, [], M, K), ways[right](rng, [], K, N))
    for (const [M, K, N] of [
      [1, 20, 30],
      [9, 20, 5],
      [20, 9, 11],
    ]) {
      // biome-ignore format: a table
      expectProduct(ways[left](rng, [3], M, K), ways[right](rng, [3], K, N))
      expectProduct(ways[left](rng, [2, 3], M, K), ways[right](rng, [1], K, N))
      expectProduct(ways[left](rng, [], M, K), ways[right](rng, [3, 2], K, N))
    }
  })
})

test('b is copied in a part at a time where it is large', () => {
  const rng = new Random(3)
  for (const M of [1, 3, 13]) {
    expectProduct(rng.normal([M, 300]), rng.normal([300, 500]))
    expectProduct(rng.normal([M, 300]), transpose(rng.normal([500, 300])))
  }
  expectProduct(rng.normal([500, 300]), rng.normal([300, 3]))
  expectProduct(transpose(rng.normal([300, 500])), rng.normal([300]))
})

test('a batch in another order', () => {
  const rng = new Random(5)
  const a = rng.normal([3, 4, 6, 7]).permute([1, 2, 0, 3])
  expectProduct(a, rng.normal([7, 8]))
  expectProduct(a, transpose(rng.normal([6, 8, 7]), -1, -2))
})

test('what has no elements, and sums of nothing', () => {
  for (const [M, K, N] of [[0, 40, 40], [40, 40, 0], [0, 0, 0]]) // biome-ignore format: a table
    expect(matmul(new Random(1).normal([M, K]), new Random(2).normal([K, N]))).toMatchObject({
      shape: [M, N],
    })
  const zero = matmul(tensor([]).reshape([0]).expand([20, 0]), tensor([]).reshape([0, 1]).expand([0, 20]))
  expect(zero.shape).toEqual([20, 20])
  expect(new Set(zero.data)).toEqual(new Set([0]))
})
