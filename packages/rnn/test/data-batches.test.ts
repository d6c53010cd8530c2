import { type Batches, batches, type Dataset, type Indices, subset } from '@unroll/rnn'
import { arange, Random, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

/** n items that tell their numbers: x[i] = [[2i, 2i + 1], …], y[i] = i. */
const numbered = (n: number) => ({
  x: arange(0, n * 6, 1).reshape([n, 3, 2]),
  y: arange(0, n, 1, { dtype: 'int32' }),
})
const itemsOf = (data: Iterable<{ y: { data: ArrayLike<number> } }>) =>
  [...data].map(({ y }) => Array.from(y.data))
const sorted = (items: number[][]) => items.flat().sort((a, b) => a - b)
const sizes = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 12 }), fc.nat())

describe('batches', () => {
  test('are the items in order, tensors by name', () => {
    const data = batches(numbered(5), { batchSize: 2 })
    const [first, , last] = data
    expect(first.x.shape).toEqual([2, 3, 2])
    expect(first.x.toArray()).toEqual([
      [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
      [
        [6, 7],
        [8, 9],
        [10, 11],
      ],
    ])
    expect(last.x.shape).toEqual([1, 3, 2])
    expect(itemsOf(data)).toEqual([[0, 1], [2, 3], [4]])
    expect([data.length, data.size, data.padding]).toEqual([3, 5, 0])
    expectTypeOf(first.x).toEqualTypeOf<ReturnType<typeof zeros>>()
  })

  test('have every item once an epoch, whole, and each epoch in another order', () =>
    fc.assert(
      fc.property(sizes, ([n, batchSize, seed]) => {
        const data = batches(numbered(n), { batchSize, shuffle: new Random(seed) })
        for (const batch of data)
          batch.y.data.forEach((item: number, b: number) => {
            expect(Array.from(batch.x.slice(b).data)).toEqual([0, 1, 2, 3, 4, 5].map((i) => item * 6 + i))
          })
        const epoch = itemsOf(data)
        expect(epoch.length).toBe(data.length)
        expect(epoch.slice(0, -1).every((items) => items.length === batchSize)).toBe(true)
        expect(sorted(epoch)).toEqual([...Array(n).keys()])
        if (n > 12) expect(itemsOf(data)).not.toEqual(epoch)
      }),
      examples(50),
    ))

  test('are the same from the same seed', () => {
    const [a, b, other] = [7, 7, 8].map((seed) =>
      batches(numbered(20), { batchSize: 3, shuffle: new Random(seed) }),
    )
    for (let epoch = 0; epoch < 3; epoch++) expect(itemsOf(a)).toEqual(itemsOf(b))
    expect(itemsOf(other)).not.toEqual(itemsOf(a))
  })

  test('without the last where it is smaller', () => {
    const data = batches(numbered(7), { batchSize: 3, dropLast: true, shuffle: new Random(1) })
    expect([data.length, data.size]).toEqual([2, 6])
    expect(itemsOf(data).map((items) => items.length)).toEqual([3, 3])
    // What is left out differs from epoch to epoch.
    expect(new Set(Array.from({ length: 40 }, () => sorted(itemsOf(data)).join())).size).toBe(7)
  })

  test('of fewer items than a batch are one batch of them', () => {
    expect(itemsOf(batches(numbered(3), { batchSize: 8 }))).toEqual([[0, 1, 2]])
  })

  test('of views are of what these show', () => {
    const x = numbered(6).x.transpose(0, 1).slice(null, [null, null, -2]) // [3, 3, 2], not contiguous
    const [batch] = batches({ x }, { batchSize: 2 })
    expect(
      batch.x
        .equal(x.slice([0, 2]))
        .all()
        .item(),
    ).toBe(1)
    const [strided] = batches({ x: numbered(6).x.slice([null, null, -1]) }, { batchSize: 1 })
    expect(strided.x.toArray()).toEqual([
      [
        [30, 31],
        [32, 33],
        [34, 35],
      ],
    ])
  })

  test('do not change the data when they are changed in place', () => {
    const data = numbered(2)
    for (const { x } of batches(data, { batchSize: 2 })) x.fill(-1)
    expect(data.x.min().item()).toBe(0)
  })

  test('of a dataset of one’s own', () => {
    const squares: Dataset<{ x: ReturnType<typeof tensor>; y: ReturnType<typeof tensor> }> = {
      size: 4,
      take(indices: Indices) {
        const y = tensor(Int32Array.from(indices))
        return { x: y.square(), y }
      },
    }
    const data = batches(subset(squares, [3, 1]), { batchSize: 1 })
    expect([...data].map(({ x }) => x.item())).toEqual([9, 1])
  })
})

describe('a state', () => {
  /** As a hand-written loop saves it: in the middle of an epoch, through JSON. */
  const saved = (data: Batches<unknown>) => JSON.parse(JSON.stringify(data.state))

  test('goes on from between any two batches, bit for bit', () =>
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 60 }),
        fc.boolean(),
        ([n, batchSize, seed], stop, shuffled) => {
          const make = (seed: number) =>
            batches(numbered(n), { batchSize, ...(shuffled && { shuffle: new Random(seed) }) })
          const whole = make(seed)
          let state: unknown
          const expected: number[][] = []
          for (let epoch = 0, step = 0; epoch < 3 || state === undefined; epoch++)
            for (const { y } of whole) {
              if (state) expected.push(Array.from(y.data))
              if (++step === stop) state = saved(whole)
            }
          const resumed = make(seed + 1)
          resumed.state = state as typeof resumed.state
          const found: number[][] = []
          while (found.length < expected.length) found.push(...itemsOf(resumed))
          expect(found).toEqual(expected)
        },
      ),
      examples(50),
    ))

  test('between epochs begins with the next', () => {
    const [data, resumed] = [1, 2].map((seed) =>
      batches(numbered(9), { batchSize: 2, shuffle: new Random(seed) }),
    )
    itemsOf(data)
    expect(saved(data)).toEqual({ given: 0, rng: [...(data.rng?.state ?? [])] })
    resumed.state = saved(data)
    expect(itemsOf(resumed)).toEqual(itemsOf(data))
  })

  test('keeps the place of an epoch that was broken off, though a new iteration begins a new one', () => {
    const data = batches(numbered(6), { batchSize: 1 })
    for (const { y } of data) if (y.item() === 2) break
    expect(data.state).toEqual({ given: 3, items: 3, size: 6 })
    expect(itemsOf(data).length).toBe(6)
  })

  test('in the midst of an epoch is refused by batches of another size, and nothing is changed', () => {
    const make = (n: number, batchSize: number) => batches(numbered(n), { batchSize, shuffle: new Random(1) })
    const data = make(20, 7)
    for (const { y } of data) if (y) break
    for (const [n, batchSize] of [
      [20, 8],
      [21, 7],
    ]) {
      const other = make(n, batchSize)
      const before = saved(other)
      expect(() => {
        other.state = data.state
      }).toThrow(
        /^batches: the state is of other batches: 1 of them had 7 of 20 items, of these [78] of 2[01]$/,
      )
      expect(saved(other)).toEqual(before)
    }
  })

  test('puts a generator that others draw from as well where it stood', () => {
    const run = (rng: Random) => ({ rng, data: batches(numbered(8), { batchSize: 2, shuffle: rng }) })
    const [a, b] = [run(new Random(1)), run(new Random(2))]
    const drawn: number[] = []
    let state: unknown
    for (const _ of a.data) {
      drawn.push(a.rng.next()) // as dropout does
      if (drawn.length === 2) state = saved(a.data)
    }
    b.data.state = state as typeof b.data.state
    const again: number[] = []
    for (const _ of b.data) again.push(b.rng.next())
    expect(again).toEqual(drawn.slice(2))
  })
})

const data = numbered(4)
const shuffled = batches(data, { batchSize: 1, shuffle: new Random(1) })
const plain = batches(data, { batchSize: 1 })
expectRefusals([
  [
    'no data',
    () => batches(wrong(), { batchSize: 1 }),
    /^batches: wants tensors by name, such as \{ x, y \}, or a Dataset, got undefined$/,
  ],
  [
    'a tensor alone',
    () => batches(wrong(zeros([2])), { batchSize: 1 }),
    /^batches: wants tensors by name, .* got Tensor$/,
  ],
  [
    'no tensors',
    () => batches({}, { batchSize: 1 }),
    /^batches: wants tensors by name, .* got an empty object$/,
  ],
  [
    'an array',
    () => batches({ x: wrong([1]) }, { batchSize: 1 }),
    /^batches: wants x as a Tensor, got an array$/,
  ],
  ['a scalar', () => batches({ x: zeros([]) }, { batchSize: 1 }), /^batches: x is a scalar/],
  [
    'no items',
    () => batches({ x: zeros([0, 2]) }, { batchSize: 1 }),
    /^batches: wants at least one item, got none$/,
  ],
  [
    'different numbers of items',
    () => batches({ x: zeros([3, 2]), y: zeros([4]) }, { batchSize: 1 }),
    /^batches: the tensors have different numbers of items: x 3, y 4$/,
  ],
  [
    'no batch size',
    () => batches(data, wrong()),
    /^batches: batchSize is a positive integer, got undefined$/,
  ],
  [
    'half a batch',
    () => batches(data, { batchSize: 0.5 }),
    /^batches: batchSize is a positive integer, got 0.5$/,
  ],
  [
    'nothing left',
    () => batches(data, { batchSize: 5, dropLast: true }),
    /^batches: dropLast leaves no batch: 4 items are fewer than batchSize 5$/,
  ],
  [
    'a flag',
    () => batches(data, { batchSize: 1, shuffle: wrong(true) }),
    /^batches: shuffle is the generator .* got boolean$/,
  ],
  [
    'dropLast',
    () => batches(data, { batchSize: 1, dropLast: wrong(1) }),
    /^batches: dropLast is true or false, got 1$/,
  ],
  [
    'a state beyond the end',
    () => {
      plain.state = { given: 5 }
    },
    /^batches: a state says how many of the 4 batches were given, got 5$/,
  ],
  [
    'the state of others',
    () => {
      plain.state = { given: 1, rng: [1, 2, 3, 4] }
    },
    /^batches: the state is not one of batches that are not shuffled$/,
  ],
  [
    'half a state',
    () => {
      shuffled.state = { given: 1, rng: [1, 2, 3, 4] }
    },
    /^batches: the state is not one of batches that are shuffled$/,
  ],
  [
    'an item that is not there',
    () => subset(data.x, [4]),
    /^subset: index 4 is out of range \(want 0 … 3\)$/,
  ],
  ['half an item', () => subset(data, [0.5]), /^subset: index 0.5 is out of range/],
])
