import {
  kernelsFor,
  reference,
  type Shape,
  type Stage,
  type Stepper,
  type Tensor,
  tensor,
  zeros,
} from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const { stepper } = kernelsFor('float32')
const examples = { seed: 3, numRuns: 80 }
const cells = { rnnTanh: 1, rnnRelu: 1, lstm: 4, gru: 3 } as const

describe('the stepper of the fast kernels is the one of the reference', () => {
  test('step by step, over any stages', () =>
    fc.assert(
      fc.property(networks(), inputs(5), ({ stages, takes }, numbers) => {
        const [fast, plain] = [stepper(stages), reference.stepper(stages)]
        for (const x of inputsFor(takes, numbers)) {
          expectClose(fast.step(x), plain.step(x))
          expectSameStates(fast, plain)
        }
      }),
      examples,
    ))

  test('with states that are set in between', () =>
    fc.assert(
      fc.property(networks(), inputs(4), ({ stages, takes }, numbers) => {
        const [fast, plain] = [stepper(stages), reference.stepper(stages)]
        for (const x of inputsFor(takes, numbers)) {
          for (const { states } of [fast, plain])
            states.flat().forEach((part, p) => {
              part.forEach((_, j) => {
                part[j] = Math.fround(numbers[(p + j) % numbers.length])
              })
            })
          expectClose(fast.step(x), plain.step(x))
          expectSameStates(fast, plain)
        }
      }),
      examples,
    ))
})

describe.each([
  ['reference', reference.stepper],
  ['fast', stepper],
])('the %s stepper', (_, stepper) => {
  const rows = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ])

  test('of a lookup alone gives a row, of a linear map the product', () => {
    expect([...stepper([{ kind: 'lookup', table: rows }]).step(1)]).toEqual([4, 5, 6])
    const linear: Stage = { kind: 'linear', weight: rows, bias: tensor([0.5, 0]) }
    expect([...stepper([linear]).step([1, 0, 2])]).toEqual([7.5, 16])
    expect([...stepper([{ kind: 'lookup', table: rows }, linear]).step(0)]).toEqual([14.5, 32])
  })

  test('keeps the weights that it was given', () => {
    const weight = rows.copy()
    const linear = stepper([{ kind: 'linear', weight }])
    weight.fill(0)
    expect([...linear.step([1, 0, 0])]).toEqual([1, 4])
  })

  test('writes each result into the same array', () => {
    const linear = stepper([{ kind: 'linear', weight: rows }])
    const y = linear.step([1, 0, 0])
    expect(linear.step([0, 1, 0])).toBe(y)
    expect([...y]).toEqual([2, 5])
  })

  test('lets NaN and infinities through', () => {
    const stage: Stage = { kind: 'rnnRelu', weightIh: rows, weightHh: zeros([2, 2]) }
    const [a, b] = stepper([stage]).step([Number.NaN, 0, 0])
    expect([a, b]).toEqual([Number.NaN, Number.NaN])
    expect([...stepper([stage]).step([Number.POSITIVE_INFINITY, 0, 0])]).toEqual([Infinity, Infinity])
  })
})

test('a table too large to be multiplied beforehand gives the same', () => {
  const table = zeros([4097, 2]).add(tensor([1, 2]))
  const weight = zeros([1024, 2]).add(tensor([3, 4]))
  const y = stepper([
    { kind: 'lookup', table },
    { kind: 'linear', weight },
  ]).step(4096)
  expect(y).toEqual(new Float32Array(1024).fill(11))
})

test('float64 is computed in float64', () => {
  const weight = tensor([[1 / 3]], { dtype: 'float64' })
  expect([...stepper([{ kind: 'linear', weight }]).step([1])]).toEqual([1 / 3])
})

test('hundreds of steppers can be made and dropped', () => {
  for (let i = 0; i < 300; i++) stepper([{ kind: 'linear', weight: zeros([2, 2]) }])
})

interface Network {
  readonly stages: readonly Stage[]
  readonly takes: { readonly indices: number } | { readonly length: number }
}

/** Up to three stages, behind a lookup or not. */
function networks(): fc.Arbitrary<Network> {
  const length = fc.integer({ min: 1, max: 37 })
  const kinds = fc.array(fc.constantFrom('linear', 'rnnTanh', 'rnnRelu', 'lstm', 'gru'), {
    minLength: 1,
    maxLength: 3,
  })
  return fc
    .tuple(kinds, fc.array(length, { minLength: 4, maxLength: 4 }), fc.option(fc.integer({ min: 1, max: 5 })))
    .chain<Network>(([kinds, lengths, indices]) => {
      const stages = kinds.map((kind, i) => stageOf(kind, lengths[i], lengths[i + 1]))
      const [takes] = lengths
      if (indices === null) return fc.tuple(...stages).map((stages) => ({ stages, takes: { length: takes } }))
      const lookup = weights([indices, takes]).map((table): Stage => ({ kind: 'lookup', table }))
      return fc.tuple(lookup, ...stages).map((stages) => ({ stages, takes: { indices } }))
    })
}

function stageOf(kind: 'linear' | keyof typeof cells, takes: number, gives: number): fc.Arbitrary<Stage> {
  const optional = (shape: Shape) => fc.option(weights(shape), { nil: undefined })
  if (kind === 'linear')
    return fc.record({ kind: fc.constant(kind), weight: weights([gives, takes]), bias: optional([gives]) })
  const rows = cells[kind] * gives
  return fc.record({
    kind: fc.constant(kind),
    weightIh: weights([rows, takes]),
    weightHh: weights([rows, gives]),
    biasIh: optional([rows]),
    biasHh: optional([rows]),
  })
}

/** Small ones, so that a difference in the last digit does not grow from step to step; laid out in any way. */
function weights(shape: Shape): fc.Arbitrary<Tensor> {
  return tensors({ shape, min: -0.25, max: 0.25 })
}

function inputs(steps: number): fc.Arbitrary<number[]> {
  return fc.array(
    fc.integer({ min: -999, max: 999 }).map((n) => n / 1000),
    { minLength: steps, maxLength: steps },
  )
}

function inputsFor(takes: Network['takes'], numbers: readonly number[]): (number | number[])[] {
  return numbers.map((x) =>
    'indices' in takes
      ? Math.floor(Math.abs(x) * takes.indices)
      : Array.from({ length: takes.length }, (_, i) => Math.fround(Math.sin(i + 10 * x))),
  )
}

function expectSameStates(a: Stepper, b: Stepper): void {
  expect(a.states.map((state) => state.length)).toEqual(b.states.map((state) => state.length))
  a.states.flat().forEach((part, p) => {
    expectClose(part, b.states.flat()[p])
  })
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(actual.length).toBe(expected.length)
  const scale = Math.max(1, ...Array.from(expected, Math.abs))
  for (let i = 0; i < expected.length; i++)
    if (!(Math.abs(actual[i] - expected[i]) <= 1e-5 * scale))
      expect.fail(`at ${i}: ${actual[i]}, want ${expected[i]}`)
}
