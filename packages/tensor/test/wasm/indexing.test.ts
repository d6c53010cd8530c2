import { Random, reference, type Tensor, tensor } from '@unroll/tensor'
import { indices, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wasm } from '../../src/kernels/wasm/index.js'
import { expectAlike } from './twins.js'

/** A table `[V, E]`, rows of it (names may repeat), and as many rows to add. */
const tables = tensors({ minRank: 2, maxRank: 2, maxLength: 70, minLength: 1 }).chain((x) =>
  fc
    .nat(9)
    .chain((rows) =>
      fc.tuple(
        fc.constant(x),
        indices(x.shape[0], { shape: [rows] }),
        tensors({ shape: [rows, x.shape[1]] }),
      ),
    ),
)

test('rows are taken, and added up, as their twins do it, whatever the layout', () => {
  expect([wasm.gather, wasm.scatterAdd]).not.toEqual([reference.gather, reference.scatterAdd])
  fc.assert(
    fc.property(tables, ([x, rows, source]) => compare(x, rows, source)),
    { seed: 20 },
  )
})

test('many rows are added up a chunk at a time', () => {
  const rng = new Random(3)
  const rows = tensor(Int32Array.from({ length: 5001 }, (_, i) => (i * 31) % 65))
  compare(rng.normal([65, 33]), rows, rng.normal([5001, 33]), 1e-4)
})

test('an index that does not reach over whole rows, or names columns, is left to the twin', () => {
  const x = new Random(3).normal([4, 6])
  const index = tensor(Int32Array.of(3, 0, 3))
  compare(x.slice(null, [0, 4]), index, x.slice([0, 3], [0, 4]))
  const part = index.unsqueeze(1).expand([3, 2])
  expectAlike(wasm.scatterAdd(x, 0, part, x), reference.scatterAdd(x, 0, part, x))
  const columns = index.unsqueeze(0).expand([4, 3])
  expectAlike(wasm.gather(x, 1, columns), reference.gather(x, 1, columns))
  expectAlike(wasm.scatterAdd(x, 1, columns, x), reference.scatterAdd(x, 1, columns, x))
})

function compare(x: Tensor, rows: Tensor, source: Tensor, absolute = 1e-6): void {
  const index = rows.unsqueeze(1).expand([rows.size, x.shape[1]])
  expectAlike(wasm.gather(x, 0, index), reference.gather(x, 0, index))
  expectAlike(wasm.scatterAdd(x, 0, index, source), reference.scatterAdd(x, 0, index, source), { absolute })
}
