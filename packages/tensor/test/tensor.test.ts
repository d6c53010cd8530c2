import { Tensor, tensor, zeros } from '@unroll/tensor'
import { positionsIn, tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dtypes, ndindex } from './oracle.js'

const any = { dtype: dtypes, minLength: 0, nonFinite: true }

test('Tensor.from lays data out in row-major order, without a copy', () => {
  const data = Float32Array.of(1, 2, 3, 4, 5, 6)
  const x = Tensor.from(data, [2, 3])
  expect(x).toMatchObject({ shape: [2, 3], strides: [3, 1], offset: 0, dtype: 'float32', rank: 2, size: 6 })
  data[5] = 60
  expect(x.get(1, 2)).toBe(60)
  expect(x.data).toBe(data)
})

test('an element is found by its index, from the start and from the end', () => {
  const cases = tensors({ dtype: dtypes }).chain((x) => fc.tuple(fc.constant(x), positionsIn(x.shape)))
  fc.assert(
    fc.property(cases, ([x, position]) => {
      const fromStart = position.map((i, axis) => (i < 0 ? i + x.shape[axis] : i))
      const distance = fromStart.reduce((total, i, axis) => total + i * x.strides[axis], 0)
      expect(x.get(...position)).toBe(x.storage.data[x.offset + distance])
    }),
  )
})

test('data, read() and toArray hold the elements in row-major order, whatever the layout', async () => {
  await fc.assert(
    fc.asyncProperty(tensors(any), async (x) => {
      const elements = [...ndindex(x.shape)].map((index) => x.get(...index))
      expect([...x.data]).toEqual(elements)
      expect(x.data.constructor).toBe(x.storage.data.constructor)
      expect([...(await x.read())]).toEqual(elements)
      const flat = [x.toArray() as unknown].flat(Number.POSITIVE_INFINITY)
      if (x.size > 0) expect(flat).toEqual(x.dtype === 'bool' ? elements.map(Boolean) : elements)
    }),
  )
})

test('data of a contiguous view is a window, read() a copy', async () => {
  const x = tensor([1, 2, 3, 4])
  const tail = x.slice([2, 4])
  expect(tail.data.buffer).toBe(x.data.buffer)
  expect((await tail.read()).buffer).not.toBe(x.data.buffer)
})

test('isContiguous tells whether the elements lie side by side in row-major order', () => {
  fc.assert(
    fc.property(tensors(any), (x) => {
      const places = [...ndindex(x.shape)].map((index) =>
        index.reduce((at, i, axis) => at + i * x.strides[axis], 0),
      )
      const sideBySide = places.every((place, i) => place === i)
      if (x.isContiguous !== sideBySide) expect(x.size).toBe(0)
    }),
  )
})

test('toArray nests as the axes do', () => {
  expect(tensor(2.5).toArray()).toBe(2.5)
  expect(tensor(true).toArray()).toBe(true)
  expect(tensor([[1, 2]]).toArray()).toEqual([[1, 2]])
  expect(zeros([2, 0]).toArray()).toEqual([[], []])
  expect(zeros([0, 2]).toArray()).toEqual([])
})

test('iteration goes over the first axis, by views', () => {
  const x = tensor([[1, 2], [3, 4]]) // biome-ignore format: a matrix
  const rows = [...x]
  expect(rows.map((row) => row.toArray())).toEqual([[1, 2], [3, 4]]) // biome-ignore format: a matrix
  expect(rows.every((row) => row.storage === x.storage)).toBe(true)
  expect([...zeros([0, 3])]).toEqual([])
  const [a, b] = x.transpose()
  expect([a.toArray(), b.toArray()]).toEqual([[1, 3], [2, 4]]) // biome-ignore format: a matrix
})

test('item is the value of the only element', () => {
  expect(tensor(4).item()).toBe(4)
  expect(tensor([[[4]]]).item()).toBe(4)
  expect(tensor([3, 4]).slice([1]).item()).toBe(4)
})
