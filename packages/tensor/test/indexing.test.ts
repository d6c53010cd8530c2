import {
  gather,
  indexSelect,
  mul,
  promote,
  scatterAdd,
  sum,
  type Tensor,
  tensor,
  zerosLike,
} from '@unroll/tensor'
import { axisOf, indices, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { axesFromStart, dtypes, expectTensor, ndindex } from './oracle.js'

const withAxis = tensors({ dtype: dtypes, minRank: 1, maxRank: 3 }).chain((x) =>
  fc.tuple(fc.constant(x), axisOf(x.shape)),
)

/** x, an axis, and an index that fits: as long as it likes along the axis, and no longer than x elsewhere. */
const gatherable = withAxis.chain(([x, axis]) => {
  const [along] = axesFromStart(axis, x.rank)
  return fc
    .tuple(...x.shape.map((length, a) => fc.nat(a === along ? 5 : length)))
    .chain((shape) => fc.tuple(fc.constant(x), fc.constant(axis), indices(x.shape[along], { shape })))
})

const withSource = gatherable.chain(([x, axis, index]) =>
  fc.tuple(
    fc.constant(x),
    fc.constant(axis),
    fc.constant(index),
    tensors({ shape: index.shape, dtype: dtypes }),
  ),
)

test('gather reads where the index says', () => {
  fc.assert(
    fc.property(gatherable, ([x, axis, index]) => {
      const [along] = axesFromStart(axis, x.rank)
      expectTensor(gather(x, axis, index), {
        shape: index.shape,
        dtype: x.dtype,
        at: (i) => x.get(...i.with(along, index.get(...i))),
      })
    }),
  )
})

describe('scatterAdd', () => {
  test('adds where the index says, and adds up where it repeats', () => {
    fc.assert(
      fc.property(withSource, ([x, axis, index, source]) => {
        const [along] = axesFromStart(axis, x.rank)
        expectTensor(scatterAdd(x, axis, index, source), {
          shape: x.shape,
          dtype: promote(promote(x.dtype, source.dtype), 'int32'),
          at: (i) => {
            const sources = [...ndindex(index.shape)].filter(
              (j) => String(j.with(along, index.get(...j))) === String(i),
            )
            return sources.reduce((total, j) => total + source.get(...j), x.get(...i))
          },
          absolute: 1e-5,
        })
      }),
    )
  })

  test('is the transpose of gather', () => {
    fc.assert(
      fc.property(withSource, ([x, axis, index, v]) => {
        const forward = sum(mul(gather(x, axis, index), v)).item()
        const back = sum(mul(x, scatterAdd(zerosLike(x), axis, index, v))).item()
        expect(Math.abs(forward - back)).toBeLessThan(1e-3)
      }),
    )
  })

  test('leaves x as it was', () => {
    const x = tensor([1, 2])
    expect(scatterAdd(x, 0, int([0, 0, 1]), tensor([10, 20, 30])).toArray()).toEqual([31, 32])
    expect(x.toArray()).toEqual([1, 2])
    expect(x.storage.version).toBe(0)
  })
})

test('indexSelect takes slices in the order of a vector', () => {
  const cases = withAxis.chain(([x, axis]) => {
    const [along] = axesFromStart(axis, x.rank)
    const vector = fc.nat(5).chain((length) => indices(x.shape[along], { shape: [length] }))
    return fc.tuple(fc.constant(x), fc.constant(axis), vector)
  })
  fc.assert(
    fc.property(cases, ([x, axis, index]) => {
      const [along] = axesFromStart(axis, x.rank)
      expectTensor(indexSelect(x, axis, index), {
        shape: x.shape.with(along, index.size),
        dtype: x.dtype,
        at: (i) => x.get(...i.with(along, index.get(i[along]))),
      })
    }),
  )
})

test('an index of nothing takes nothing, even of nothing', () => {
  expect(indexSelect(tensor([], { shape: [0, 2] }), 0, int([]))).toMatchObject({ shape: [0, 2] })
  expect(gather(tensor([1, 2]), 0, int([]))).toMatchObject({ shape: [0] })
})

function int(values: number[]): Tensor {
  return tensor(values, { dtype: 'int32' })
}
