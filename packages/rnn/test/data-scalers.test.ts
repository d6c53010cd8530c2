import { gradcheck, gradgradcheck, parameter, variable } from '@unroll/autograd'
import { MinMaxScaler, Standardizer } from '@unroll/rnn'
import { Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

const kinds = [
  { name: 'Standardizer', fit: (x: Tensor) => Standardizer.fit(x) },
  { name: 'MinMaxScaler', fit: (x: Tensor) => MinMaxScaler.fit(x, { range: [-1, 1] }) },
]
const values = tensors({
  minRank: 2,
  maxRank: 3,
  maxLength: 5,
  dtype: ['float32', 'float64'],
  min: -100,
  max: 100,
})

describe.each(kinds)('$name', ({ fit }) => {
  test('is inverted, to rounding', () =>
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: -8, max: 8 }),
        fc.integer({ min: -3, max: 3 }),
        (x, shift, scale) => {
          const moved = x.mul(10 ** scale).add(shift < 0 ? 0 : 10 ** shift)
          const scaler = fit(moved)
          const back = scaler.inverse(scaler.transform(moved))
          expect(back.dtype).toBe(x.dtype)
          const rounding = x.dtype === 'float32' ? 2 ** -23 : 2 ** -50
          expectClose(back, moved, { rtol: rounding, atol: rounding * moved.abs().max().item() })
        },
      ),
      examples(200),
    ))

  test('comes back from its state, through JSON', () => {
    const x = new Random(1).normal([9, 3], 5, 3)
    const scaler = fit(x)
    const kind = scaler.constructor as typeof Standardizer
    const copy = kind.fromState(JSON.parse(JSON.stringify(scaler.state)))
    expect(copy.state).toEqual(scaler.state)
    expectClose(copy.transform(x), scaler.transform(x), { rtol: 0, atol: 0 })
  })

  test('scales some of the columns by themselves', () => {
    const x = new Random(1).normal([9, 3], 5, 3)
    const scaler = fit(x)
    const part = scaler.transform(x).slice(null, [1, 2])
    expectClose(scaler.columns([1]).inverse(part), x.slice(null, [1, 2]), { rtol: 1e-6, atol: 1e-6 })
    expect(scaler.columns([2, 0]).features).toBe(2)
  })

  test('takes a constant for what is not to be scaled', () => {
    const x = tensor([0.1, 5, 0.1, 5, 0.1, 6, 0.1, 7], { shape: [4, 2], dtype: 'float64' })
    const scaler = fit(x)
    const z = scaler.transform(x)
    expect(new Set(z.slice(null, 0).data).size).toBe(1)
    expect(Math.abs(z.get(0, 0))).toBeLessThanOrEqual(1)
    expectClose(scaler.inverse(z), x, { rtol: 1e-15, atol: 1e-15 })
    expect(
      scaler
        .transform(tensor([[1.1, 5]]))
        .isFinite()
        .all()
        .item(),
    ).toBe(1)
  })

  test('takes variables, and gradients flow through', () => {
    const scaler = fit(new Random(1).normal([9, 2], 5, 3, { dtype: 'float64' }))
    const x = new Random(2).normal([3, 4, 2], 0, 1, { dtype: 'float64' })
    expectClose(scaler.transform(variable(x)).value, scaler.transform(x), { rtol: 0, atol: 0 })
    const lengths = [4, 1, 2]
    for (const direction of ['transform', 'inverse'] as const) {
      gradcheck((v) => scaler[direction](v, { lengths }), [x])
      gradgradcheck((v) => scaler[direction](v, { lengths }), [x])
    }
  })

  test('turns ints into floats', () => {
    const x = tensor(Int32Array.of(1, 2, 3, 4), { shape: [2, 2] })
    expect(fit(x).transform(x).dtype).toBe('float32')
  })
})

describe('Standardizer', () => {
  test('gives every feature mean 0 and variance 1', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 4 }), fc.nat(), (n, F, seed) => {
        const x = new Random(seed).normal([n, 3, F], 1000, 20)
        const z = Standardizer.fit(x)
          .transform(x)
          .cast('float64')
          .reshape([n * 3, F])
        expectClose(z.mean(0), zeros([F]), { rtol: 0, atol: 1e-6 })
        expectClose(z.square().mean(0), zeros([F]).add(1), { rtol: 1e-6, atol: 0 })
      }),
      examples(50),
    ))

  test('keeps its digits where the mean is large', () => {
    const x = tensor([1e9, 1e9 + 64, 1e9 + 128, 1e9 + 192]).unsqueeze(1)
    const scaler = Standardizer.fit(x)
    expect(scaler.mean).toEqual([1e9 + 96])
    expect(scaler.std[0]).toBeCloseTo(64 * Math.sqrt(1.25), 10)
    expect(scaler.inverse(scaler.transform(x)).toArray()).toEqual(x.toArray())
  })

  test('makes zeros of a constant, though a sum of it is rounded', () => {
    const x = zeros([10, 1], { dtype: 'float64' }).add(0.1)
    expect(Standardizer.fit(x).state).toEqual({ mean: [0.1], std: [1] })
    expect(Standardizer.fit(x).transform(x).abs().max().item()).toBe(0)
  })

  test('leaves padding out, and as it is', () => {
    const real = new Random(1).normal([3, 2], 7, 2)
    const x = zeros([2, 3, 2])
    x.slice(0, [0, 2]).assign(real.slice([0, 2]))
    x.slice(1, [0, 1]).assign(real.slice([2, 3]))
    const mask = tensor([
      [true, true, false],
      [true, false, false],
    ])
    for (const padding of [{ lengths: [2, 1] }, { mask }]) {
      const scaler = Standardizer.fit(x, padding)
      expect(scaler.state).toEqual(Standardizer.fit(real).state)
      const z = scaler.transform(x, padding)
      expect(z.slice(null, 2).abs().max().item()).toBe(0)
      expectClose(z.slice(0, [0, 2]), scaler.transform(real).slice([0, 2]), { rtol: 0, atol: 0 })
      expectClose(scaler.inverse(z, padding), x, { rtol: 1e-6, atol: 1e-6 })
    }
  })

  test('does not meet what stands in the padding', () => {
    const x = tensor([1, Number.NaN, 3, 4]).reshape([2, 2, 1])
    const scaler = Standardizer.fit(x, { lengths: [1, 2] })
    expect(scaler.mean[0]).toBeCloseTo(8 / 3, 12)
    const v = parameter(x)
    scaler
      .transform(v, { lengths: [1, 2] })
      .slice(1)
      .sum()
      .backward()
    expect(v.grad?.value.isFinite().all().item()).toBe(1)
  })
})

describe('MinMaxScaler', () => {
  test('puts the least and the largest at the ends of the range', () => {
    const x = tensor([
      [1, -2],
      [3, 8],
      [2, 3],
    ])
    expect(MinMaxScaler.fit(x).transform(x).toArray()).toEqual([
      [0, 0],
      [1, 1],
      [0.5, 0.5],
    ])
    const scaler = MinMaxScaler.fit(x, { range: [-1, 1] })
    expect(scaler.transform(x).toArray()).toEqual([
      [-1, -1],
      [1, 1],
      [0, 0],
    ])
    expect(scaler.transform(tensor([[4, 13]])).toArray()).toEqual([[2, 2]])
    expect(scaler.state).toEqual({ min: [1, -2], max: [3, 8], range: [-1, 1] })
  })
})

const x = zeros([4, 2])
const sequence = zeros([2, 3, 2])
const scaler = Standardizer.fit(x)
expectRefusals([
  ['no tensor', () => Standardizer.fit(wrong([[1]])), /^Standardizer.fit: wants a Tensor, got an array$/],
  [
    'one axis',
    () => Standardizer.fit(zeros([3])),
    /^Standardizer.fit: wants values \[N, F\] or \[B, T, F\], got \[3\]$/,
  ],
  [
    'no values',
    () => MinMaxScaler.fit(zeros([0, 3])),
    /^MinMaxScaler.fit: wants values \[N, F\] or \[B, T, F\], got \[0, 3\]$/,
  ],
  [
    'NaN',
    () => Standardizer.fit(tensor([[1, Number.NaN]])),
    /^Standardizer.fit: wants finite numbers, got NaN in feature 1$/,
  ],
  [
    'Infinity',
    () => MinMaxScaler.fit(tensor([[Infinity]])),
    /^MinMaxScaler.fit: wants finite numbers, got Infinity in feature 0$/,
  ],
  [
    'values too large',
    () => Standardizer.fit(tensor([[1e200], [-1e200]], { dtype: 'float64' })),
    /^Standardizer.fit: feature 0 has a standard deviation of Infinity/,
  ],
  [
    'nothing but padding',
    () => Standardizer.fit(x, { mask: zeros([4], { dtype: 'bool' }) }),
    /^Standardizer.fit: wants at least one step, the mask leaves none$/,
  ],
  [
    'both',
    () => Standardizer.fit(sequence, { lengths: [1, 1], mask: zeros([2, 3], { dtype: 'bool' }) }),
    /^Standardizer.fit: wants lengths or a mask, got both$/,
  ],
  [
    'a mask of another shape',
    () => scaler.transform(sequence, { mask: zeros([2, 2], { dtype: 'bool' }) }),
    /^Standardizer.transform: mask is of bools \[2, 3\], got bool \[2, 2\]$/,
  ],
  [
    'a mask that is none',
    () => scaler.transform(x, { mask: wrong([true]) }),
    /^Standardizer.transform: mask is a Tensor of bools, got an array$/,
  ],
  [
    'lengths of no sequences',
    () => scaler.transform(x, { lengths: [1] }),
    /^Standardizer.transform: lengths go with \[B, T, F\], got \[4, 2\]$/,
  ],
  [
    'a length too long',
    () => scaler.transform(sequence, { lengths: [1, 4] }),
    /^Standardizer.transform: wants lengths from 1 to 3/,
  ],
  [
    'other features',
    () => scaler.transform(zeros([4, 3])),
    /^Standardizer.transform: wants \[N, 2\] or \[B, T, 2\], got \[4, 3\]$/,
  ],
  [
    'one axis only',
    () => scaler.inverse(zeros([2])),
    /^Standardizer.inverse: wants \[N, 2\] or \[B, T, 2\], got \[2\]$/,
  ],
  ['numbers', () => scaler.inverse(wrong(1)), /^Standardizer.inverse: wants a Variable or a Tensor, got 1$/],
  [
    'a column that is not there',
    () => scaler.columns([2]),
    /^Standardizer: columns: there is no column 2 \(want 0 … 1\)$/,
  ],
  [
    'no state',
    () => Standardizer.fromState(wrong()),
    /^Standardizer.fromState: wants \{ mean, std \}, a finite number for each feature; got undefined$/,
  ],
  [
    'half a state',
    () => Standardizer.fromState({ mean: [1], std: [1, 2] }),
    /^Standardizer.fromState: wants \{ mean, std \}/,
  ],
  [
    'no deviation',
    () => Standardizer.fromState({ mean: [1], std: [0] }),
    /^Standardizer: wants standard deviations above 0, got \[0\]$/,
  ],
  [
    'a deviation of nothing, made by hand',
    () => new Standardizer([1], [0]),
    /^Standardizer: wants standard deviations above 0, got \[0\]$/,
  ],
  [
    'figures that are none, made by hand',
    () => new MinMaxScaler([1], [Number.NaN]),
    /^MinMaxScaler: wants \{ min, max \}, a finite number for each feature/,
  ],
  [
    'the state of the other',
    () => MinMaxScaler.fromState(wrong(scaler.state)),
    /^MinMaxScaler.fromState: wants \{ min, max \}/,
  ],
  [
    'min above max',
    () => MinMaxScaler.fromState({ min: [1], max: [0], range: [0, 1] }),
    /^MinMaxScaler: feature 0 has a min of 1 above its max of 0$/,
  ],
  [
    'no range',
    () => MinMaxScaler.fit(x, { range: [1, 1] }),
    /^MinMaxScaler.fit: range is \[low, high\], low < high, got \[1,1\]$/,
  ],
])
