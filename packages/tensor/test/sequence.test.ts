import {
  type Kernels,
  kernelsFor,
  Random,
  reference,
  type SequenceName,
  type SequenceTensors,
  sequence,
  type Tensor,
  tensor,
  UnrollError,
  withKernels,
  zeros,
} from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

type Vector = number[]

const tanh = Math.tanh
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** A step of one sequence, straight from the equations: the new state from W x + b, U h + d and the old one. */
const equations: Record<SequenceName, (wx: Vector, uh: Vector, state: Vector[]) => Vector[]> = {
  rnnTanh: (wx, uh) => [wx.map((w, j) => tanh(w + uh[j]))],
  rnnRelu: (wx, uh) => [wx.map((w, j) => Math.max(0, w + uh[j]))],
  lstm: (wx, uh, [h, c]) => {
    const H = h.length
    const a = (gate: number, j: number) => wx[gate * H + j] + uh[gate * H + j]
    const next = c.map((c, j) => sigmoid(a(1, j)) * c + sigmoid(a(0, j)) * tanh(a(2, j)))
    return [next.map((c, j) => sigmoid(a(3, j)) * tanh(c)), next]
  },
  gru: (wx, uh, [h]) => {
    const H = h.length
    return [
      h.map((h, j) => {
        const r = sigmoid(wx[j] + uh[j])
        const z = sigmoid(wx[H + j] + uh[H + j])
        return (1 - z) * tanh(wx[2 * H + j] + r * uh[2 * H + j]) + z * h
      }),
    ]
  },
}

const names = Object.keys(equations) as SequenceName[]
const gates: Record<SequenceName, number> = { rnnTanh: 1, rnnRelu: 1, lstm: 4, gru: 3 }

/** What the kernel should give, sequence by sequence and step by step. */
function bySteps(name: SequenceName, { x, state, lengths, reverse, ...weights }: SequenceTensors) {
  const [B, T] = x.shape
  const H = weights.weightHh.shape[1]
  const dot = (weight: Tensor, bias: Tensor | undefined, v: Vector) =>
    (weight.toArray() as number[][]).map(
      (row, k) => row.reduce((sum, w, i) => sum + w * v[i], 0) + (bias ? bias.get(k) : 0),
    )
  const output: Vector[][] = []
  const ends: Vector[][] = []
  for (let b = 0; b < B; b++) {
    const length = lengths ? lengths.get(b) : T
    const order = Array.from({ length }, (_, t) => (reverse ? length - 1 - t : t))
    output[b] = Array.from({ length: T }, () => new Array(H).fill(0))
    let now = state.map((part) => part.slice(b).toArray() as Vector)
    for (const t of order) {
      const wx = dot(weights.weightIh, weights.biasIh, x.slice(b, t).toArray() as Vector)
      now = equations[name](wx, dot(weights.weightHh, weights.biasHh, now[0]), now)
      output[b][t] = now[0]
    }
    ends[b] = now
  }
  return { output: output.flat(2), state: state.map((_, p) => ends.flatMap((parts) => parts[p])) }
}

/** Tensors that fit together, in any layout, some with lengths; x is NaN beyond them. */
function cases(
  name: SequenceName,
  dtype: 'float32' | 'float64',
  most: number,
  expanded = true,
): fc.Arbitrary<SequenceTensors> {
  const size = fc.integer({ min: 1, max: most })
  return fc.tuple(fc.integer({ min: 0, max: most }), size, size, size).chain(([B, T, I, H]) => {
    const of = (...shape: number[]) => tensors({ shape, dtype, min: -2, max: 2, expanded })
    const rows = gates[name] * H
    const bias = of(rows)
    return fc
      .record({
        x: of(B, T, I),
        state: name === 'lstm' ? fc.tuple(of(B, H), of(B, H)) : fc.tuple(of(B, H)),
        weightIh: of(rows, I),
        weightHh: of(rows, H),
        biases: fc.option(fc.tuple(bias, bias), { nil: [] }),
        lengths: fc.option(tensors({ shape: [B], dtype: 'int32', min: 0, max: T }), { nil: undefined }),
        reverse: fc.boolean(),
      })
      .map(({ biases: [biasIh, biasHh], ...rest }) => ({ ...rest, biasIh, biasHh }))
  })
}

/** The same, with NaN in x beyond the ends. */
function withNaN({ x, lengths, ...rest }: SequenceTensors): SequenceTensors {
  if (!lengths) return { x, ...rest }
  const padded = x.copy()
  lengths.data.forEach((length: number, b: number) => {
    padded.slice(b, [length, null]).fill(Number.NaN)
  })
  return { x: padded, lengths, ...rest }
}

function expectValues(actual: Tensor, expected: readonly number[], tolerance: number): void {
  expect(actual.size).toBe(expected.length)
  actual.data.forEach((value: number, i: number) => {
    if (!(Math.abs(value - expected[i]) <= tolerance * Math.max(1, Math.abs(expected[i]))))
      expect.fail(`element ${i}: got ${value}, want ${expected[i]}`)
  })
}

const runs = (numRuns: number) => ({ seed: 30, numRuns })

describe.each(names)('%s', (name) => {
  test.each([
    ['float64', 1e-12],
    ['float32', 1e-4],
  ] as const)('is its equations, step by step, in %s', (dtype, tolerance) => {
    fc.assert(
      fc.property(cases(name, dtype, 4), (input) => {
        const expected = bySteps(name, input)
        const { output, state, backward, saved } = sequence(name, withNaN(input))
        const [B, T] = input.x.shape
        const H = input.weightHh.shape[1]
        expect([output.shape, output.dtype]).toEqual([[B, T, H], dtype])
        expectValues(output, expected.output, tolerance)
        state.forEach((part, p) => {
          expect([part.shape, part.dtype]).toEqual([[B, H], dtype])
          expectValues(part, expected.state[p], tolerance)
        })
        expect([backward, saved]).toEqual([undefined, undefined])
      }),
      runs(60),
    )
  })

  test('has the gradients that central differences have', () => {
    fc.assert(
      fc.property(cases(name, 'float64', 3, false), fc.nat(), (input, seed) => {
        const rng = new Random(seed)
        const direction = (shape: readonly number[]) => rng.normal(shape, 0, 1, { dtype: 'float64' })
        // Values that do not meet the kink of relu, where there is no derivative; the layouts stay.
        const { x, state, weightIh, weightHh, biasIh, biasHh } = input
        for (const part of [x, ...state, weightIh, weightHh, biasIh, biasHh])
          part?.assign(direction(part.shape))
        const [B, T] = input.x.shape
        const H = input.weightHh.shape[1]
        // Each may have no part in the loss.
        const wOutput = rng.next() < 0.7 ? direction([B, T, H]) : undefined
        const wState = input.state.map(() => (rng.next() < 0.7 ? direction([B, H]) : undefined))
        const loss = (input: SequenceTensors) => {
          const { output, state } = sequence(name, input)
          const term = (y: Tensor, w: Tensor | undefined) => (w ? y.mul(w).sum().item() : 0)
          return state.reduce((total, part, p) => total + term(part, wState[p]), term(output, wOutput))
        }

        const { backward, saved } = sequence(name, withNaN(input), true)
        if (!backward) return expect.fail('no way back')
        if (B > 0) expect(saved?.bytes).toBeGreaterThan(0)
        const first = backward(wOutput, wState, true)
        const again = backward(wOutput, wState, false)
        expect(again.x).toBe(undefined)
        const flat = ({ state, x: _, ...rest }: typeof first) => [...state, ...Object.values(rest)]
        expect(flat(again).map((d) => d?.toArray())).toEqual(flat(first).map((d) => d?.toArray()))

        const check = (d: Tensor | undefined, x: Tensor | undefined, at: (x: Tensor) => SequenceTensors) => {
          expect(d?.shape).toEqual(x?.shape)
          if (!x || !d) return
          const numeric = Array.from(x.data, (_, i) => {
            const nudged = (by: number) => {
              const copy = x.copy()
              copy.storage.data[i] += by
              return loss(at(copy))
            }
            return (nudged(1e-5) - nudged(-1e-5)) / 2e-5
          })
          expectValues(d, numeric, 1e-6)
        }
        check(first.x, input.x, (x) => ({ ...input, x }))
        input.state.forEach((part, p) => {
          check(first.state[p], part, (part) => ({
            ...input,
            state: input.state.map((other, k) => (k === p ? part : other)),
          }))
        })
        for (const key of ['weightIh', 'weightHh', 'biasIh', 'biasHh'] as const)
          check(first[key], input[key], (value) => ({ ...input, [key]: value }))

        // Exactly 0 beyond the ends, and not nearly.
        input.lengths?.data.forEach((length: number, b: number) => {
          expect(first.x?.slice(b, [length, null]).any().item()).toBe(0)
        })
      }),
      runs(25),
    )
  })

  test('in float32 has the gradients of float64, rounded', () => {
    fc.assert(
      fc.property(cases(name, 'float32', 4), (input) => {
        const double = (x: Tensor) => x.cast('float64')
        const { x, state, weightIh, weightHh, biasIh, biasHh } = input
        const precise: SequenceTensors = {
          ...input,
          x: double(x),
          state: state.map(double),
          weightIh: double(weightIh),
          weightHh: double(weightHh),
          biasIh: biasIh && double(biasIh),
          biasHh: biasHh && double(biasHh),
        }
        const gradients = (input: SequenceTensors) => {
          const { output, state, backward } = sequence(name, input, true)
          const d = backward?.(output, state, true) ?? expect.fail('no way back')
          return [d.x, ...d.state, d.weightIh, d.weightHh, d.biasIh, d.biasHh]
        }
        const expected = gradients(precise)
        gradients(input).forEach((d, k) => {
          expect([d?.shape, d?.dtype]).toEqual([expected[k]?.shape, d && 'float32'])
          if (d) expectValues(d, [...(expected[k]?.data ?? [])], 1e-3)
        })
      }),
      runs(40),
    )
  })
})

test('the way back is by the kernels of the way forward, whichever are in force by then', () => {
  let calls = 0
  const counting: Kernels = {
    ...reference,
    name: 'counting',
    gru: {
      forward: reference.gru.forward,
      backward: (...args) => {
        calls++
        return reference.gru.backward(...args)
      },
    },
  }
  const input = {
    x: zeros([1, 2, 3]),
    state: [zeros([1, 4])],
    weightIh: zeros([12, 3]),
    weightHh: zeros([12, 4]),
  }
  const { output, backward } = withKernels(counting, () => sequence('gru', input, true))
  expect(kernelsFor('float32')).not.toBe(counting)
  backward?.(output, [], true)
  expect(calls).toBe(1)
})

describe('what does not fit is refused', () => {
  const good: SequenceTensors = {
    x: zeros([2, 5, 3]),
    state: [zeros([2, 4]), zeros([2, 4])],
    weightIh: zeros([16, 3]),
    weightHh: zeros([16, 4]),
    biasIh: zeros([16]),
    biasHh: zeros([16]),
  }
  const ints = (...values: number[]) => tensor(values, { dtype: 'int32' })
  test.each<[string, Partial<SequenceTensors>]>([
    ['wants floats x [B, T, I], got [5, 3] float32', { x: zeros([5, 3]) }],
    ['wants floats x [B, T, I], got [2, 5, 3] int32', { x: zeros([2, 5, 3], { dtype: 'int32' }) }],
    ['wants weightHh [16, 4] float32, got [12, 4] float32', { weightHh: zeros([12, 4]) }],
    ['wants weightIh [16, 3] float32, got [16, 2] float32', { weightIh: zeros([16, 2]) }],
    [
      'wants weightIh [16, 3] float32, got [16, 3] float64',
      { weightIh: zeros([16, 3], { dtype: 'float64' }) },
    ],
    ['wants both biases or neither, got biasIh only', { biasHh: undefined }],
    ['wants biasHh [16] float32, got [4] float32', { biasHh: zeros([4]) }],
    ['wants a state of h and c, got 1 parts', { state: [zeros([2, 4])] }],
    ['wants c [2, 4] float32, got [3, 4] float32', { state: [zeros([2, 4]), zeros([3, 4])] }],
    ['wants lengths [2] int32, got [3] int32', { lengths: ints(1, 2, 3) }],
    ['wants lengths [2] int32, got [2] float32', { lengths: tensor([1, 2]) }],
    ['wants lengths from 0 to 5 (the steps there are), got 6 for sequence 1', { lengths: ints(5, 6) }],
    ['wants lengths from 0 to 5 (the steps there are), got -1 for sequence 0', { lengths: ints(-1, 5) }],
  ])('%s', (message, change) => {
    expect(() => sequence('lstm', { ...good, ...change })).toThrow(UnrollError)
    expect(() => sequence('lstm', { ...good, ...change })).toThrow(`lstm: ${message}`)
  })

  test('what fits is not', () => {
    expect(sequence('lstm', good).output.shape).toEqual([2, 5, 4])
  })
})
