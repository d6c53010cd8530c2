import {
  allClose,
  broadcastShapes,
  formatShape,
  type Shape,
  slice,
  sum,
  type Tensor,
  UnrollError,
} from '@unroll/tensor'
import {
  axesOf,
  axisOf,
  broadcastableShapes,
  indices,
  positionsIn,
  shapes,
  sliceSpecsOf,
  tensors,
  tensorsThatBroadcast,
} from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes } from './oracle.js'

/** Draws the same sample every time. */
const sample = <T>(arbitrary: fc.Arbitrary<T>) => fc.sample(arbitrary, { numRuns: 400, seed: 1 })

describe('shapes', () => {
  test('keep their bounds, and reach them', () => {
    const drawn = sample(shapes({ minRank: 1, maxRank: 3, minLength: 0, maxLength: 2 }))
    expect(new Set(drawn.map((shape) => shape.length))).toEqual(new Set([1, 2, 3]))
    expect(new Set(drawn.flat())).toEqual(new Set([0, 1, 2]))
    expect(sample(shapes()).some((shape) => shape.length === 0)).toBe(true)
    expect(sample(shapes()).flat()).not.toContain(0)
  })

  test('broadcast, with lengths of 1 and missing axes', () => {
    const drawn = sample(broadcastableShapes(3))
    for (const [a, b, c] of drawn)
      expect(() => broadcastShapes('test', broadcastShapes('test', a, b), c)).not.toThrow()
    expect(drawn.some(([a, b]) => a.length !== b.length)).toBe(true)
    expect(drawn.some(([a, b]) => a.length === b.length && String(a) !== String(b))).toBe(true)
  })
})

describe('axes, positions and specs', () => {
  const shape: Shape = [2, 0, 3]

  test('axes are of the shape', () => {
    expect(new Set(sample(axisOf(shape)))).toEqual(new Set([-3, -2, -1, 0, 1, 2]))
    const drawn = sample(axesOf(shape))
    expect(drawn).toContain(undefined)
    expect(drawn.some((axis) => typeof axis === 'number')).toBe(true)
    const lists = drawn.filter((axis) => Array.isArray(axis)) as number[][]
    expect(lists.some((axes) => axes.length === 3)).toBe(true)
    for (const axes of lists) {
      const fromStart = axes.map((axis) => (axis < 0 ? axis + 3 : axis))
      expect(new Set(fromStart).size).toBe(axes.length)
      expect(fromStart.every((axis) => axis >= 0 && axis < 3)).toBe(true)
    }
    expect(
      sample(axesOf([])).every((axis) => axis === undefined || (Array.isArray(axis) && axis.length === 0)),
    ).toBe(true)
  })

  test('positions are in the tensor, specs cut it', () => {
    const operands = tensors().chain((x) =>
      fc.tuple(fc.constant(x), positionsIn(x.shape), sliceSpecsOf(x.shape)),
    )
    fc.assert(
      fc.property(operands, ([x, position, specs]) => {
        expect(x.get(...position)).toBeTypeOf('number')
        expect(slice(x, ...specs).size).toBeLessThanOrEqual(x.size)
      }),
    )
    expect(sample(sliceSpecsOf(shape)).every(([, second]) => typeof second !== 'number')).toBe(true)
  })
})

describe('tensors', () => {
  test('lie in memory in every way', () => {
    const drawn = sample(tensors({ minRank: 2, minLength: 2 }))
    const share = (holds: (x: Tensor) => boolean) => drawn.filter(holds).length / drawn.length
    expect(share((x) => x.isContiguous)).toBeGreaterThan(0.35)
    expect(share((x) => !x.isContiguous)).toBeGreaterThan(0.35)
    expect(share((x) => x.strides.some((stride) => stride < 0))).toBeGreaterThan(0.1)
    expect(share((x) => x.strides.includes(0))).toBeGreaterThan(0.1)
    expect(
      share((x) => x.strides.some((stride, axis) => Math.abs(stride) < Math.abs(x.strides[axis + 1] ?? 0))),
    ).toBeGreaterThan(0.1)
    expect(share((x) => x.storage.data.length > x.size)).toBeGreaterThan(0.2)
  })

  test('have the shape and the dtype asked for, and finite values in their bounds', () => {
    fc.assert(
      fc.property(tensors({ shape: [2, 3], dtype: 'float64', min: -0.5, max: 2 }), (x) => {
        expect(x).toMatchObject({ shape: [2, 3], dtype: 'float64' })
        expect(
          [...x.data].every((value) => value >= -0.5 && value <= 2 && Number.isInteger(value * 1024)),
        ).toBe(true)
      }),
    )
    expect(new Set(sample(tensors({ dtype: dtypes })).map((x) => x.dtype))).toEqual(new Set(dtypes))
    const bools = sample(tensors({ dtype: 'bool', minRank: 1 })).flatMap((x) => [...x.data])
    expect(new Set(bools)).toEqual(new Set([0, 1]))
  })

  test('stay away from kinks', () => {
    const options = { awayFrom: [0, 1], clearance: 0.25, min: -1, max: 1.5 }
    fc.assert(
      fc.property(tensors({ ...options, dtype: ['int32', 'float32'] }), (x) => {
        const clear = (value: number) => Math.abs(value) >= 0.25 && Math.abs(value - 1) >= 0.25
        expect([...x.data].every(clear)).toBe(true)
      }),
    )
    const values = sample(tensors({ ...options, minRank: 1 })).flatMap((x) => [...x.data])
    for (const [from, to] of [[-1, -0.25], [0.25, 0.75], [1.25, 1.5]]) // biome-ignore format: ranges
      expect(values.some((value) => value >= from && value <= to)).toBe(true)
  })

  test('are distinct, or not finite, or not expanded on request', () => {
    fc.assert(
      fc.property(tensors({ distinct: true }), (x) => {
        expect(new Set(x.data).size).toBe(x.size)
      }),
    )
    const special = sample(tensors({ nonFinite: true, minRank: 1 })).flatMap((x) => [...x.data])
    expect(new Set(special.filter((value) => !Number.isFinite(value))).size).toBe(3)
    const plain = sample(tensors({ expanded: false, minLength: 2 }))
    expect(plain.every((x) => !x.strides.includes(0))).toBe(true)
    expect(plain.flatMap((x) => [...x.data]).every(Number.isFinite)).toBe(true)
  })

  test('what they cannot be is an error, and not a search without end', () => {
    expect(() => fc.sample(tensors({ min: 0, max: 0.1, awayFrom: [0], clearance: 0.5 }), 1)).toThrow(
      UnrollError,
    )
    const few = tensors({ shape: [9], dtype: 'int32', min: 0, max: 7, distinct: true })
    expect(() => fc.sample(few, 1)).toThrow(/^tensors: only 8 values of int32 fit .*, want 9$/)
  })

  test('broadcast together, each of its own dtype', () => {
    fc.assert(
      fc.property(tensorsThatBroadcast(3, { dtype: dtypes }), ([a, b, c]) => {
        expect(() => a.add(b).add(c)).not.toThrow()
      }),
    )
    expect(sample(tensorsThatBroadcast(2, { dtype: dtypes })).some(([a, b]) => a.dtype !== b.dtype)).toBe(
      true,
    )
  })

  test('indices are of an axis', () => {
    const drawn = sample(indices(3, { minRank: 1 }))
    expect(drawn.every((x) => x.dtype === 'int32')).toBe(true)
    expect(new Set(drawn.flatMap((x) => [...x.data]))).toEqual(new Set([0, 1, 2]))
  })
})

test('a counterexample is small, and shows shape, strides and values', () => {
  const allBelowTwo = fc.property(tensors(), (x) => allClose(sum(x.less(2)), x.size))
  const { counterexample } = fc.check(allBelowTwo, { seed: 7 })
  const [x] = counterexample as [Tensor]
  expect(x.size).toBeLessThan(5)
  expect(x.isContiguous).toBe(true)
  expect(fc.stringify(x)).toBe(
    `Tensor float32 ${formatShape(x.shape)} (strides ${formatShape(x.strides)}, offset 0)\n${x}`,
  )
  expect(() => fc.assert(allBelowTwo, { seed: 7 })).toThrow(
    /Counterexample: \[Tensor float32 \[.*\] \(strides/,
  )
})
