import { batches, bucketBatches, splitInTime, subset, type WindowOptions, windows } from '@unroll/rnn'
import { arange, Random, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

describe('windows', () => {
  test('are the steps, and those that come next', () => {
    const data = windows([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { length: 4, horizon: 2, stride: 3 })
    const { x, y } = data.all()
    expect([x.shape, y.shape]).toEqual([
      [2, 4, 1],
      [2, 2, 1],
    ])
    expect(x.squeeze(-1).toArray()).toEqual([
      [0, 1, 2, 3],
      [3, 4, 5, 6],
    ])
    expect(y.squeeze(-1).toArray()).toEqual([
      [4, 5],
      [7, 8],
    ])
  })

  test('or their own steps shifted', () => {
    const { x, y } = windows(tensor(Int32Array.of(7, 8, 9, 10)), { length: 2, target: 'shifted' }).all()
    expect([x.toArray(), y.toArray()]).toEqual([
      [
        [7, 8],
        [8, 9],
      ],
      [
        [8, 9],
        [9, 10],
      ],
    ])
    expect([x.dtype, y.dtype]).toEqual(['int32', 'int32'])
  })

  test('of some columns as inputs and as targets', () => {
    const series = arange(0, 12, 1).reshape([4, 3])
    const { x, y } = windows(series, { length: 2, inputs: [2, 0], targets: [1], lead: 2 }).all()
    expect(x.toArray()).toEqual([
      [
        [2, 0],
        [5, 3],
      ],
    ])
    expect(y.toArray()).toEqual([[[10]]])
  })

  const cases = fc.record({
    N: fc.integer({ min: 1, max: 30 }),
    length: fc.integer({ min: 1, max: 6 }),
    horizon: fc.integer({ min: 1, max: 4 }),
    lead: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 5 }),
    shifted: fc.boolean(),
  })
  const spanOf = (c: { length: number; horizon: number; lead: number; shifted: boolean }) =>
    c.length + c.lead + (c.shifted ? 0 : c.horizon - 1)
  const optionsOf = ({
    N: _,
    shifted,
    horizon,
    ...rest
  }: typeof cases extends fc.Arbitrary<infer C> ? C : never) =>
    ({ ...rest, ...(shifted ? { target: 'shifted' } : { horizon }) }) as WindowOptions
  /** A series whose steps tell their numbers. */
  const seriesOf = (N: number) =>
    arange(0, N, 1)
      .reshape([N, 1])
      .add(tensor([0, 0.5]))

  test('are as many as fit, and each holds the steps that it says', () =>
    fc.assert(
      fc.property(cases, (c) => {
        fc.pre(spanOf(c) <= c.N)
        const data = windows(seriesOf(c.N), optionsOf(c))
        let count = 0
        for (let start = 0; start + spanOf(c) <= c.N; start += c.stride) count++
        expect(data.size).toBe(count)
        const { x, y } = data.all()
        for (let w = 0; w < count; w++)
          for (const [part, { start, stop }] of [
            [x, data.inputSteps(w)],
            [y, data.targetSteps(w)],
          ] as const)
            expect(part.slice(w).toArray()).toEqual(seriesOf(c.N).slice([start, stop]).toArray())
        expect(data.inputSteps(0)).toEqual({ start: 0, stop: c.length })
        expect(data.targetSteps(count - 1).stop).toBe((count - 1) * c.stride + spanOf(c))
      }),
      examples(100),
    ))

  test('split in time have no step in common, and the gap is no wider than that takes', () =>
    fc.assert(
      fc.property(cases, (c) => {
        const data = spanOf(c) <= c.N ? windows(seriesOf(c.N), optionsOf(c)) : undefined
        fc.pre(data !== undefined && data.size >= 2 + data.overlap)
        if (!data) return
        const [early, late] = splitInTime(data, [0.5, 0.5])
        const stepsOf = (part: typeof early) => {
          const { x, y } = part.take([...Array(part.size).keys()])
          return new Set([...x.data, ...y.data].map(Math.floor))
        }
        const [before, after] = [stepsOf(early), stepsOf(late)]
        expect([...before].filter((step) => after.has(step))).toEqual([])
        expect(early.size + late.size).toBe(data.size - data.overlap)
        if (data.overlap > 0) {
          const { stop } = data.targetSteps(0)
          expect(data.inputSteps(data.overlap).start).toBeLessThan(stop)
        }
      }),
      examples(100),
    ))

  test('of a view are those of what it shows', () => {
    const series = new Random(1).normal([3, 20]).transpose(0, 1).slice([null, null, -2])
    const [a, b] = [series, series.contiguous()].map((s) => windows(s, { length: 3, stride: 2 }).all())
    expect(a.x.equal(b.x).all().item()).toBe(1)
    expect(a.y.equal(b.y).all().item()).toBe(1)
  })

  test('are not copied before they are needed', () => {
    const N = 100_000 // 40 GB, if they were
    const data = windows(zeros([N, 2]), { length: N / 2 })
    expect(data.size).toBe(N / 2)
    expect(data.take([0]).x.shape).toEqual([1, N / 2, 2])
  })

  test('make batches, which do not change the series when they are changed in place', () => {
    const series = zeros([10, 1])
    const data = windows(series, { length: 3 })
    for (const { x, y } of batches(data, { batchSize: 4, shuffle: new Random(1) })) {
      expect(y.shape).toEqual([x.shape[0], 1, 1])
      x.fill(1)
    }
    data.all().x.fill(1)
    expect(series.max().item()).toBe(0)
    expect(subset(data, [6, 0]).take([0]).x.shape).toEqual([1, 3, 1])
  })
})

const series = zeros([10, 2])
expectRefusals([
  [
    'no series',
    () => windows(wrong(), { length: 1 }),
    /^windows: wants a series as a Tensor or an array of numbers, got undefined$/,
  ],
  [
    'three axes',
    () => windows(zeros([2, 2, 2]), { length: 1 }),
    /^windows: wants a series \[N, F\] or \[N\] of numbers, got float32 \[2, 2, 2\]$/,
  ],
  [
    'NaN',
    () =>
      windows(
        tensor([
          [1, 2],
          [3, Number.NaN],
        ]),
        { length: 1 },
      ),
    /^windows: wants finite numbers, got NaN in the series at \[1, 1\]$/,
  ],
  [
    'an empty series',
    () => windows([], { length: 1 }),
    /^windows: a window and what it is to tell take 2 steps, the series has 0$/,
  ],
  [
    'a short series',
    () => windows(series, { length: 9, horizon: 2 }),
    /^windows: a window and what it is to tell take 11 steps, the series has 10$/,
  ],
  ['no length', () => windows(series, wrong()), /^windows: length is a positive integer, got undefined$/],
  [
    'no stride',
    () => windows(series, { length: 1, stride: 0 }),
    /^windows: stride is a positive integer, got 0$/,
  ],
  ['no lead', () => windows(series, { length: 1, lead: 0 }), /^windows: lead is a positive integer, got 0$/],
  [
    'no horizon',
    () => windows(series, { length: 1, horizon: 0 }),
    /^windows: horizon is a positive integer, got 0$/,
  ],
  [
    'another target',
    () => windows(series, { length: 1, target: wrong('last') }),
    /^windows: target is next or shifted, got last$/,
  ],
  [
    'a horizon of shifted targets',
    () => windows(series, { length: 1, target: 'shifted', horizon: 1 }),
    /^windows: horizon goes with target next/,
  ],
  [
    'a column that is not there',
    () => windows(series, { length: 1, targets: [2] }),
    /^windows: targets: there is no column 2 \(want 0 … 1\)$/,
  ],
  [
    'no columns',
    () => windows(series, { length: 1, inputs: [] }),
    /^windows: inputs is an array of columns, such as \[0\], got \[\]$/,
  ],
  [
    'columns of indices',
    () => windows(tensor(Int32Array.of(1, 2)), { length: 1, inputs: [0] }),
    /^windows: a series of indices has no columns to choose as inputs$/,
  ],
  [
    'a window that is not there',
    () => windows(series, { length: 5 }).inputSteps(5),
    /^windows: there is no window 5 \(want 0 … 4\)$/,
  ],
  [
    'an item that is not there',
    () => windows(series, { length: 5 }).take([5]),
    /^take: index 5 is out of range \(want 0 … 4\)$/,
  ],
  [
    'buckets',
    () => bucketBatches(windows(series, { length: 5 }), { batchSize: 1 }),
    /^bucketBatches: wants a dataset that knows the lengths/,
  ],
])
