import { batches, bucketBatches, padSequences, randomSplit, sequences } from '@unroll/rnn'
import { Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

const lists = (options: { maxLength?: number } = {}) =>
  fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    ...options,
  })

describe('padSequences', () => {
  test('pads indices, int32', () => {
    const { values, lengths } = padSequences([[3, 1, 2], Int32Array.of(4), tensor(Int32Array.of(5, 6))])
    expect(values.toArray()).toEqual([
      [3, 1, 2],
      [4, 0, 0],
      [5, 6, 0],
    ])
    expect(lengths.toArray()).toEqual([3, 1, 2])
    expect([values.dtype, lengths.dtype]).toEqual(['int32', 'int32'])
  })

  test('pads vectors, and keeps the dtype of tensors', () => {
    const { values } = padSequences(
      [
        [[0.5, 1]],
        [
          [2, 3],
          [4, 5],
        ],
      ],
      { value: -1 },
    )
    expect(values.toArray()).toEqual([
      [
        [0.5, 1],
        [-1, -1],
      ],
      [
        [2, 3],
        [4, 5],
      ],
    ])
    expect(values.dtype).toBe('float32')
    const wide = zeros([2, 1, 2], { dtype: 'float64' }).transpose(0, 1)
    expect(padSequences([wide]).values.dtype).toBe('float64')
    expect(padSequences([wide], { length: 3 }).values.shape).toEqual([1, 3, 2, 2])
  })

  test('gives each sequence back by its length', () =>
    fc.assert(
      fc.property(lists(), (list) => {
        const { values, lengths } = padSequences(list, { value: -7 })
        const rows = values.toArray() as number[][]
        list.forEach((sequence, b) => {
          expect(lengths.get(b)).toBe(sequence.length)
          expect(rows[b].slice(0, sequence.length)).toEqual(sequence)
          expect(rows[b].slice(sequence.length).every((x) => x === -7)).toBe(true)
        })
      }),
      examples(50),
    ))

  test('pads or cuts to a length', () => {
    expect(padSequences([[1], [2, 3]], { length: 3 }).values.toArray()).toEqual([
      [1, 0, 0],
      [2, 3, 0],
    ])
    const cut = padSequences([[1, 2, 3], [4]], { length: 2, keep: 'start' })
    expect([cut.values.toArray(), cut.lengths.toArray()]).toEqual([
      [
        [1, 2],
        [4, 0],
      ],
      [2, 1],
    ])
    expect(padSequences([[1, 2, 3]], { length: 2, keep: 'end' }).values.toArray()).toEqual([[2, 3]])
  })
})

describe('sequences', () => {
  test('are padded as batches are made, with the lengths, and what belongs to them', () => {
    const data = sequences(
      { x: [[1, 2], [3], [4, 5, 6]], label: tensor([0, 1, 0]), y: [[1], [2, 3], [4]] },
      { value: { y: -100 } },
    )
    const [first, second] = batches(data, { batchSize: 2 })
    expect(first.x.toArray()).toEqual([
      [1, 2],
      [3, 0],
    ])
    expect(first.y.toArray()).toEqual([
      [1, -100],
      [2, 3],
    ])
    expect([first.lengths, first.yLengths, first.label].map((x) => x.toArray())).toEqual([
      [2, 1],
      [1, 2],
      [0, 1],
    ])
    expect(second.x.toArray()).toEqual([[4, 5, 6]])
    expectTypeOf(first.yLengths).toEqualTypeOf<Tensor>()
    // @ts-expect-error: labels have no lengths
    expect(first.labelLengths).toBe(undefined)
  })

  test('say how much of the batches is padding', () => {
    const data = sequences({ x: [[1], [1, 1, 1], [1, 1]] })
    expect(batches(data, { batchSize: 2 }).padding).toBeCloseTo(1 - 6 / 8, 12)
    expect(bucketBatches(data, { batchSize: 2 }).padding).toBeCloseTo(1 - 6 / 7, 12)
  })
})

describe('bucketBatches', () => {
  const cases = fc.tuple(lists({ maxLength: 40 }), fc.integer({ min: 1, max: 9 }), fc.nat())
  const numbered = (list: number[][]) => sequences({ x: list, y: tensor(Int32Array.from(list.keys())) })
  const itemsOf = (data: Iterable<{ y: Tensor }>) => [...data].map(({ y }) => Array.from(y.data))
  const sorted = (items: number[][]) => items.flat().sort((a, b) => a - b)

  test('have every item once an epoch, with its length', () =>
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 6 }), ([list, batchSize, seed], bucketWidth) => {
        const data = bucketBatches(numbered(list), { batchSize, bucketWidth, shuffle: new Random(seed) })
        let count = 0
        for (const { x, y, lengths } of data) {
          count++
          expect(x.shape[1]).toBe(lengths.max().item())
          expect(Array.from(lengths.data)).toEqual(Array.from(y.data, (item) => list[item].length))
        }
        expect([count, data.size]).toEqual([data.length, list.length])
        expect(data.length).toBe(Math.ceil(list.length / batchSize))
        expect(sorted(itemsOf(data))).toEqual([...list.keys()])
      }),
      examples(50),
    ))

  test('pad no more than any other batches of these sizes', () =>
    fc.assert(
      fc.property(cases, fc.boolean(), ([list, batchSize, seed], dropLast) => {
        fc.pre(!dropLast || list.length % batchSize === 0)
        const data = numbered(list)
        const bucketed = bucketBatches(data, { batchSize, shuffle: new Random(seed), dropLast })
        const plain = batches(data, { batchSize, shuffle: new Random(seed), dropLast })
        for (let epoch = 0; epoch < 3; epoch++) {
          itemsOf(bucketed)
          itemsOf(plain)
          expect(bucketed.padding).toBeLessThanOrEqual(plain.padding + 1e-12)
        }
      }),
      examples(100),
    ))

  test('put the smaller batch where it saves the most', () => {
    const stepsOf = (lengths: number[]) =>
      [...bucketBatches(sequences({ x: lengths.map((n) => Array(n).fill(1)) }), { batchSize: 2 })].map(
        ({ x }) => x.shape,
      )
    expect(stepsOf([10, 1, 1])).toEqual([
      [2, 1],
      [1, 10],
    ])
    expect(stepsOf([10, 1, 10])).toEqual([
      [1, 1],
      [2, 10],
    ])
  })

  test('keep to the buckets given, and mix within them', () => {
    const list = [1, 2, 3, 4, 11, 12, 13, 14, 30, 31, 40, 50].map((n) => Array<number>(n).fill(1))
    const data = bucketBatches(numbered(list), { batchSize: 4, buckets: [10, 20], shuffle: new Random(1) })
    const epochs = Array.from({ length: 30 }, () => itemsOf(data))
    for (const epoch of epochs)
      for (const items of epoch) expect(new Set(items.map((item) => Math.floor(item / 4))).size).toBe(1)
    expect(new Set(epochs.map((epoch) => epoch.map(([item]) => Math.floor(item / 4)).join())).size).toBe(6)
  })

  test('leave out items at random with dropLast', () => {
    const list = [1, 2, 3, 4, 5].map((n) => Array<number>(n).fill(1))
    const data = bucketBatches(numbered(list), { batchSize: 2, dropLast: true, shuffle: new Random(1) })
    expect([data.length, data.size]).toEqual([2, 4])
    expect(new Set(Array.from({ length: 40 }, () => sorted(itemsOf(data)).join())).size).toBe(5)
  })

  test('are the same from the same seed, and go on from a state', () => {
    const list = Array.from({ length: 30 }, (_, i) => Array<number>((i % 7) + 1).fill(1))
    const [a, b, c] = [3, 3, 4].map((seed) =>
      bucketBatches(numbered(list), { batchSize: 4, bucketWidth: 3, shuffle: new Random(seed) }),
    )
    expect(itemsOf(a)).toEqual(itemsOf(b))
    const rest: number[][] = []
    let state = a.state
    for (const { y } of a) {
      if (state.given > 0) rest.push(Array.from(y.data))
      else if (a.state.given === 3) state = a.state
    }
    c.state = state
    expect(itemsOf(c)).toEqual(rest)
    expect(itemsOf(c)).toEqual(itemsOf(a))
  })

  test('go by the lengths of what a split leaves', () => {
    const list = [5, 1, 4, 2, 3, 6].map((n) => Array<number>(n).fill(1))
    const [part] = randomSplit(numbered(list), [0.5, 0.5], { rng: new Random(1) })
    const lengths = [...bucketBatches(part, { batchSize: 1 })].map((batch) => batch.lengths.item())
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
  })
})

const data = sequences({ x: [[1], [2, 3]] })
expectRefusals([
  ['no list', () => padSequences(wrong()), /^padSequences: wants an array of sequences, got undefined$/],
  ['no sequence', () => padSequences([]), /^padSequences: wants at least one sequence, got none$/],
  [
    'one sequence alone',
    () => padSequences(wrong([1, 2])),
    /^padSequences: wants sequence 0 as a Tensor, .* got 1$/,
  ],
  [
    'an empty sequence',
    () => padSequences([[1], []]),
    /^padSequences: sequence 1 is empty: a sequence has at least one step$/,
  ],
  ['an empty tensor', () => padSequences([zeros([0, 2])]), /^padSequences: sequence 0 is empty/],
  ['a scalar', () => padSequences([zeros([])]), /^padSequences: sequence 0 is a scalar/],
  [
    'bools',
    () => padSequences([zeros([2], { dtype: 'bool' })]),
    /^padSequences: sequence 0 is of dtype bool, want numbers$/,
  ],
  [
    'half an index',
    () => padSequences([[1, 0.5]]),
    /^padSequences: sequence 0 has 0.5 at step 1, want an index \(int32\)/,
  ],
  [
    'NaN as an index',
    () => padSequences([[Number.NaN]]),
    /^padSequences: sequence 0 has NaN at step 0, want an index/,
  ],
  [
    'a large index',
    () => padSequences([[2 ** 31]]),
    /^padSequences: sequence 0 has 2147483648 at step 0, want an index/,
  ],
  [
    'NaN in a vector',
    () =>
      padSequences([
        [[0, 1]],
        [
          [0, 1],
          [2, Number.NaN],
        ],
      ]),
    /^padSequences: wants finite numbers, got NaN in sequence 1 at \[1, 1\]$/,
  ],
  [
    'ragged vectors',
    () => padSequences([[[0, 1], [2]]]),
    /^padSequences: sequence 0 has 1 features at step 1, but 2 features at step 0$/,
  ],
  [
    'no vector',
    () => padSequences([wrong([[0], 1])]),
    /^padSequences: sequence 0 has 1 at step 1, but 1 features/,
  ],
  [
    'a text in a vector',
    () => padSequences([wrong([['a']])]),
    /^padSequences: sequence 0 has string at step 0, want a number$/,
  ],
  [
    'different features',
    () => padSequences([zeros([2, 3]), zeros([2, 4])]),
    /^padSequences: wants sequences that differ in length only; sequence 0 is float32 \[2, 3\], sequence 1 float32 \[2, 4\]$/,
  ],
  [
    'indices and vectors',
    () => padSequences([[1], [[1]]]),
    /^padSequences: wants sequences that differ in length only; .* int32 \[1\], .* float32 \[1, 1\]$/,
  ],
  [
    'a sequence that is too long',
    () => padSequences([[1], [1, 2, 3]], { length: 2 }),
    /^padSequences: sequence 1 has 3 steps, more than length 2; keep: 'start' or 'end' cuts it$/,
  ],
  [
    'no length',
    () => padSequences([[1]], { length: 0 }),
    /^padSequences: length is a positive integer, got 0$/,
  ],
  [
    'half a length',
    () => padSequences([[1]], { keep: wrong('both') }),
    /^padSequences: keep is start or end, got both$/,
  ],
  [
    'a value that is no index',
    () => padSequences([[1]], { value: 0.5 }),
    /^padSequences: value, the padding, is a number that int32 holds, got 0.5$/,
  ],
  ['no x', () => sequences(wrong({ y: [[1]] })), /^sequences: wants \{ x \}, an array of sequences/],
  [
    'labels in an array',
    () => sequences(wrong({ x: [[1]], y: [1] })),
    /^sequences: y: wants sequence 0 as a Tensor, .* got 1$/,
  ],
  [
    'too few labels',
    () => sequences({ x: [[1], [2]], y: zeros([3]) }),
    /^sequences: x has 2 sequences, y 3 items$/,
  ],
  [
    'a taken name',
    () => sequences({ x: [[1]], lengths: zeros([1]) }),
    /^sequences: the name lengths is that of the lengths/,
  ],
  [
    'another taken name',
    () => sequences({ x: [[1]], y: [[1]], yLengths: zeros([1]) }),
    /^sequences: the name yLengths is/,
  ],
  [
    'a padding that is no index',
    () => sequences({ x: [[1]], y: [[1]] }, { value: { y: -0.5 } }),
    /^sequences: y: value, the padding, is a number that int32 holds, got -0.5$/,
  ],
  [
    'a padding for labels',
    () => sequences({ x: [[1]], y: zeros([1]) }, { value: { y: 1 } }),
    /^sequences: value: y is no column of sequences$/,
  ],
  [
    'no lengths to go by',
    () => bucketBatches(wrong({ x: zeros([2, 2]) }), { batchSize: 1 }),
    /^bucketBatches: wants a dataset that knows the lengths of its items/,
  ],
  [
    'no width',
    () => bucketBatches(data, { batchSize: 1, bucketWidth: 0 }),
    /^bucketBatches: bucketWidth is a positive integer, got 0$/,
  ],
  [
    'two kinds of buckets',
    () => bucketBatches(data, { batchSize: 1, bucketWidth: 1, buckets: [2] }),
    /^bucketBatches: wants bucketWidth or buckets, got both$/,
  ],
  [
    'no buckets',
    () => bucketBatches(data, { batchSize: 1, buckets: [] }),
    /^bucketBatches: buckets is an array of lengths, .* got none$/,
  ],
  [
    'buckets that fall',
    () => bucketBatches(data, { batchSize: 1, buckets: [5, 5] }),
    /^bucketBatches: buckets rise, got \[5, 5\]$/,
  ],
  [
    'too large a batch',
    () => bucketBatches(data, { batchSize: 3, dropLast: true }),
    /^bucketBatches: dropLast leaves no batch: 2 items/,
  ],
])
