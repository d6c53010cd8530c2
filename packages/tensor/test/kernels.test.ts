import {
  add,
  div,
  type Kernels,
  kernelsFor,
  reference,
  tensor,
  UnrollError,
  withKernels,
} from '@unroll/tensor'
import { expect, test } from 'vitest'

/** A maker of kernels as anyone may write one: the reference, with an `add` that keeps count. */
function counting(): Kernels & { calls: number } {
  const kernels = {
    ...reference,
    name: 'counting',
    calls: 0,
    add: ((a, b) => {
      kernels.calls++
      return reference.add(a, b)
    }) as Kernels['add'],
  }
  return kernels
}

test('the kernels in force compute every dtype but float64', () => {
  const kernels = counting()
  withKernels(kernels, () => {
    expect(kernelsFor('float32')).toBe(kernels)
    expect(kernelsFor('int32')).toBe(kernels)
    expect(kernelsFor('float64')).toBe(reference)
    expect(add(tensor([1]), 1).item()).toBe(2)
    expect(kernels.calls).toBe(1)
    expect(add(tensor([1], { dtype: 'float64' }), 1).item()).toBe(2)
    expect(kernels.calls).toBe(1)
  })
})

test('are given to one body, and taken back however it ends', () => {
  const [outer, inner] = [counting(), counting()]
  const before = kernelsFor('float32')
  withKernels(outer, () => {
    expect(withKernels(inner, () => kernelsFor('float32'))).toBe(inner)
    expect(kernelsFor('float32')).toBe(outer)
    expect(() =>
      withKernels(inner, () => {
        throw new Error('stop')
      }),
    ).toThrow('stop')
    expect(kernelsFor('float32')).toBe(outer)
  })
  expect(kernelsFor('float32')).toBe(before)
})

test('an asynchronous body is refused: it would go on with other kernels', () => {
  const before = kernelsFor('float32')
  const body = async () => div(1, 2)
  expect(() => withKernels(counting(), body)).toThrow(UnrollError)
  expect(() => withKernels(counting(), body)).toThrow(/^withKernels: the body must not be asynchronous$/)
  expect(kernelsFor('float32')).toBe(before)
})
