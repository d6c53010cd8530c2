import {
  type DType,
  matmul,
  promote,
  reference,
  type Shape,
  type Tensor,
  tensor,
  transpose,
  withKernels,
  zeros,
} from '@unroll/tensor'
import { broadcastableShapes, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, expectTensor, read } from './oracle.js'

const length = fc.nat(9) // over two tiles of the kernel, and every rest

/** Operands of shapes [...batch, M, K] and [...batch, K, N], batches that broadcast, in any layout and dtype. */
const operands = fc
  .tuple(length, length, length, broadcastableShapes(2, { maxRank: 2, minLength: 0, maxLength: 3 }))
  .chain(([M, K, N, [a, b]]) => fc.tuple(matrix([...a, M, K]), matrix([...b, K, N])))

/** Kernels may sum in float32: at most 9 products of 16, each rounded to 2⁻²⁴ of the sum so far. */
const summed = { tolerance: 1e-6, absolute: 1e-4 }

test('matrices, batched, broadcast, in any layout', () => {
  fc.assert(
    fc.property(operands, ([a, b]) => {
      const [M, K] = a.shape.slice(-2)
      const N = b.shape.at(-1) as number
      const rank = Math.max(a.rank, b.rank)
      const at = (x: Tensor, axis: number) => x.shape[axis - rank + x.rank] ?? 1
      const batch = Array.from({ length: rank - 2 }, (_, axis) =>
        at(a, axis) === 1 ? at(b, axis) : at(a, axis),
      )
      expectTensor(matmul(a, b), {
        shape: [...batch, M, N],
        dtype: promote(promote(a.dtype, b.dtype), 'int32'),
        at: (index) => {
          const lead = index.slice(0, -2)
          const [m, n] = index.slice(-2)
          let sum = 0
          for (let k = 0; k < K; k++) sum += readMatrix(a, lead, m, k) * readMatrix(b, lead, k, n)
          return sum
        },
        ...summed,
      })
    }),
    { numRuns: 300 },
  )
})

describe('vectors', () => {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, k) => sum + value * y[k], 0)
  const column = (b: Tensor, n: number, K: number) => Array.from({ length: K }, (_, k) => b.get(k, n))

  test('a vector by a vector is their dot product', () => {
    const vectors = length.chain((K) => fc.tuple(matrix([K]), matrix([K])))
    fc.assert(
      fc.property(vectors, ([a, b]) => {
        const at = () => dot(a.toArray() as number[], b.toArray() as number[])
        expectTensor(matmul(a, b), {
          shape: [],
          dtype: promote(promote(a.dtype, b.dtype), 'int32'),
          at,
          ...summed,
        })
      }),
    )
  })

  test('on the left it is a row, on the right a column, and that axis goes', () => {
    const shapes = fc.tuple(length, length)
    const pairs = shapes.chain(([K, N]) => fc.tuple(matrix([K]), matrix([K, N])))
    fc.assert(
      fc.property(pairs, ([v, b]) => {
        const [K, N] = b.shape
        const dtype = promote(promote(v.dtype, b.dtype), 'int32')
        const at = ([n]: number[]) => dot(v.toArray() as number[], column(b, n, K))
        expectTensor(matmul(v, b), { shape: [N], dtype, at, ...summed })
        expectTensor(matmul(transpose(b), v), { shape: [N], dtype, at, ...summed })
      }),
    )
  })

  test('a vector meets every matrix of a batch', () => {
    const batch = tensor([[[1, 2], [3, 4]], [[5, 6], [7, 8]]]) // biome-ignore format: matrices
    expect(matmul(batch, tensor([1, 10])).toArray()).toEqual([[21, 43], [65, 87]]) // biome-ignore format: a matrix
    expect(matmul(tensor([1, 10]), batch).toArray()).toEqual([[31, 42], [75, 86]]) // biome-ignore format: a matrix
  })
})

test('products of nothing are zeros', () => {
  expect(matmul(zeros([2, 0]), zeros([0, 3])).toArray()).toEqual([[0, 0, 0], [0, 0, 0]]) // biome-ignore format: a matrix
  expect(matmul(zeros([0, 2]), zeros([2, 3]))).toMatchObject({ shape: [0, 3] })
  expect(matmul(zeros([0, 2, 2]), zeros([2, 2]))).toMatchObject({ shape: [0, 2, 2] })
})

test('(a b)ᵀ = bᵀ aᵀ, and no transposition is copied', () => {
  fc.assert(
    fc.property(operands, ([a, b]) => {
      withKernels(reference, () =>
        expect(transpose(matmul(a, b)).toArray()).toEqual(matmul(transpose(b), transpose(a)).toArray()),
      )
    }),
  )
})

test('a NaN reaches its row and no other', () => {
  const y = matmul(tensor([[Number.NaN, 0], [1, 2]]), tensor([[1, 2], [3, 4]])) // biome-ignore format: matrices
  expect(y.toArray()).toEqual([[Number.NaN, Number.NaN], [7, 10]]) // biome-ignore format: a matrix
})

test('long sums are accumulated in float64 by the reference', () => {
  // In float32, 2²⁴ + 1 is 2²⁴.
  const a = tensor([[2 ** 24, ...Array(64).fill(1)]])
  const product = withKernels(reference, () => matmul(a, tensor(Array(65).fill(1))))
  expect(product.toArray()).toEqual([2 ** 24 + 64])
})

function matrix(shape: Shape): fc.Arbitrary<Tensor> {
  return tensors({ shape, dtype: dtypes as DType[] })
}

/** x[…lead, row, column], the leading axes broadcast. */
function readMatrix(x: Tensor, lead: readonly number[], row: number, column: number): number {
  const own = lead.slice(lead.length - (x.rank - 2)).map((i, axis) => (x.shape[axis] === 1 ? 0 : i))
  return read(x, [...own, row, column])
}
