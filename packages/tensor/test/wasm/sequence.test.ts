import {
  getThreads,
  Random,
  reference,
  type SequenceName,
  type Strided,
  sequence,
  setThreads,
  type Tensor,
  type TypedArray,
  tensor,
} from '@unroll/tensor'
import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type {
  SequenceGradients,
  SequenceInput,
  SequenceKernel,
  SequenceOutput,
} from '../../src/kernels/sequence.js'
import { Engine } from '../../src/kernels/wasm/engine.js'
import { sequences } from '../../src/kernels/wasm/sequence/index.js'
import { expectAlike } from './twins.js'

const names: SequenceName[] = ['rnnTanh', 'rnnRelu', 'lstm', 'gru']
const gates = { rnnTanh: 1, rnnRelu: 1, lstm: 4, gru: 3 }

/** Ways for a tensor to lie in memory: its axes in another order, gaps between, backwards, elements that share a place. */
const layouts: Record<string, (x: Tensor) => Tensor> = {
  rowMajor: (x) => x,
  transposed: (x) => x.transpose(0, 1).copy().transpose(0, 1),
  columns: (x) => x.transpose(0, -1).copy().transpose(0, -1),
  flipped: (x) => x.copy().slice([null, null, -1]),
  sparse: (x) =>
    x
      .unsqueeze(1)
      .expand([-1, 5, ...x.shape.slice(1)] as never)
      .copy()
      .slice(null, 2),
  expanded: (x) => x.slice([0, 1]).expand(x.shape),
}

interface Case {
  readonly input: SequenceInput
  readonly dOutput: Tensor
  readonly dState: readonly Tensor[]
}

/** Sizes around the widths of vectors and tiles; values such that little is saturated. */
const cases = (name: SequenceName): fc.Arbitrary<Case> => {
  const size = fc.integer({ min: 1, max: 20 })
  const layout = fc.constantFrom(...Object.keys(layouts))
  return fc
    .record({
      B: size,
      T: fc.integer({ min: 1, max: 9 }),
      I: size,
      H: size,
      bias: fc.boolean(),
      reverse: fc.boolean(),
      ends: fc.boolean(),
      lies: fc.record({ x: layout, state: layout, weight: layout, dOutput: layout }),
      seed: fc.nat(),
    })
    .map(({ B, T, I, H, bias, reverse, ends, lies, seed }) => {
      const rng = new Random(seed)
      const rows = gates[name] * H
      const of = (lies: string, ...shape: number[]) => layouts[lies](rng.normal(shape))
      const weight = (...shape: number[]) => layouts[lies.weight](rng.normal(shape, 0, 0.4))
      const state = (lies: string) => Array.from({ length: name === 'lstm' ? 2 : 1 }, () => of(lies, B, H))
      const lengths = ends ? rng.uniform([B], 1, T + 1).cast('int32') : undefined
      const x = of(lies.x, B, T, I)
      const input: SequenceInput = {
        x: lengths ? withNaN(x, lengths) : x,
        state: state(lies.state),
        weightIh: weight(rows, I),
        weightHh: weight(rows, H),
        biasIh: bias ? of('rowMajor', rows) : undefined,
        biasHh: bias ? of('flipped', rows) : undefined,
        lengths,
        reverse,
      }
      return { input, dOutput: of(lies.dOutput, B, T, H), dState: state('rowMajor') }
    })
}

/** x with NaN beyond the ends, as it lies. */
function withNaN(x: Tensor, lengths: Tensor): Tensor {
  const padded = x.strides[0] === 0 ? x.copy() : x
  lengths.data.forEach((length: number, b: number) => {
    padded.slice(b, [length, null]).fill(Number.NaN)
  })
  return padded
}

const runs = { seed: 31, numRuns: 60 }

afterEach(() => {
  vi.restoreAllMocks()
})

describe.each(names)('%s', (name) => {
  test('is what the reference gives, forward and back', () => {
    fc.assert(
      fc.property(
        cases(name),
        fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
        fc.boolean(),
        (given, flows, wantX) => {
          const { input, dOutput, dState } = given
          const gradients = {
            output: flows[0] ? dOutput : undefined,
            state: dState.map((part, k) => (flows[k + 1] ? part : undefined)),
          }
          const through = (kernel: SequenceKernel) => {
            const output = kernel.forward(input, true)
            if (!output.saved) throw new Error('nothing was saved')
            return { output, gradients: kernel.backward(input, output.saved, gradients, wantX) }
          }
          const [actual, expected] = [through(sequences[name]), through(reference[name])]
          expectArrays(arraysOf(actual.output), arraysOf(expected.output))
          expectArrays(gradientArrays(actual.gradients), gradientArrays(expected.gradients))
        },
      ),
      runs,
    )
  })

  test('gives the same bits however many share the work, and whether or not it is saved', () => {
    fc.assert(
      fc.property(cases(name), (given) => {
        const [whole, ...parted] = [1, 2, 3, 5].map((parts) => {
          vi.spyOn(Engine.prototype, 'threads', 'get').mockReturnValue(parts)
          return bitsOf(name, given)
        })
        for (const bits of parted) expect(bits).toEqual(whole)
      }),
      { ...runs, numRuns: 20 },
    )
  })

  test('gives them on threads too', () => {
    const rng = new Random(3)
    const [B, T, I, H] = [13, 16, 40, 64]
    const rows = gates[name] * H
    const of = (...shape: number[]) => rng.normal(shape, 0, 0.2)
    const state = () => Array.from({ length: name === 'lstm' ? 2 : 1 }, () => of(B, H))
    const input = {
      x: of(B, T, I),
      state: state(),
      weightIh: of(rows, I),
      weightHh: of(rows, H),
      reverse: false,
    }
    const given = { input, dOutput: of(B, T, H), dState: state() }
    const before = getThreads()
    const [one, three] = [1, 3].map((count) => {
      setThreads(count)
      return bitsOf(name, given)
    })
    setThreads(before)
    expect(three).toEqual(one)
  })

  test('keeps what is wrong with a sequence from the others', () => {
    const rng = new Random(4)
    const x = rng.normal([6, 3, 5])
    const state = Array.from({ length: name === 'lstm' ? 2 : 1 }, () => rng.normal([6, 7]))
    const weights = { weightIh: rng.normal([gates[name] * 7, 5]), weightHh: rng.normal([gates[name] * 7, 7]) }
    const sound = sequences[name].forward({ x, state, ...weights, reverse: false }, false).output
    x.slice(2, 1).fill(Number.NaN)
    const { output } = sequences[name].forward({ x, state, ...weights, reverse: false }, false)
    const ill = [2 * 21 + 7, 3 * 21] // sequence 2 from step 1 on
    expect(output).toEqual(sound.map((value, i) => (i >= ill[0] && i < ill[1] ? Number.NaN : value)))
  })
})

/** All that a pass forward and back gives, to the bit; the way back is gone twice, and the way forward also unsaved. */
function bitsOf(name: SequenceName, { input, dOutput, dState }: Case): Record<string, string> {
  const forward = sequences[name].forward(input, true)
  const back = () => {
    if (!forward.saved) throw new Error('nothing was saved')
    return gradientArrays(
      sequences[name].backward(input, forward.saved, { output: dOutput, state: dState }, true),
    )
  }
  const bits = (arrays: Arrays) =>
    Object.fromEntries(
      Object.entries(arrays).map(([key, { buffer }]) => [key, Buffer.from(buffer).toString('latin1')]),
    )
  const [output, gradients] = [bits(arraysOf(forward)), bits(back())]
  const unsaved = sequences[name].forward(input, false)
  expect(unsaved.saved).toBeUndefined()
  expect(bits(arraysOf(unsaved))).toEqual(output)
  expect(bits(back())).toEqual(gradients)
  return {
    ...output,
    ...Object.fromEntries(Object.entries(gradients).map(([key, value]) => [`d ${key}`, value])),
  }
}

test('what is beyond the ends is 0, and its gradient exactly so', () => {
  const rng = new Random(1)
  const x = rng.normal([3, 4, 5])
  const lengths = tensor([4, 1, 2], { dtype: 'int32' })
  for (const name of names)
    for (const reverse of [false, true]) {
      const input: SequenceInput = {
        x: withNaN(x, lengths),
        state: [rng.normal([3, 6]), rng.normal([3, 6])].slice(0, name === 'lstm' ? 2 : 1),
        weightIh: rng.normal([gates[name] * 6, 5]),
        weightHh: rng.normal([gates[name] * 6, 6]),
        lengths,
        reverse,
      }
      const { output, saved } = sequences[name].forward(input, true)
      if (!saved) throw new Error('nothing was saved')
      const flows = { output: rng.normal([3, 4, 6]), state: input.state.map(() => rng.normal([3, 6])) }
      const dx = sequences[name].backward(input, saved, flows, true).x
      for (const [rows, width] of [[output, 6], [dx, 5]] as const) // biome-ignore format: pairs
        lengths.data.forEach((length: number, b: number) => {
          const row = Array.from(rows ?? []).slice(b * 4 * width, (b + 1) * 4 * width)
          expect(row.slice(length * width)).toEqual(new Array((4 - length) * width).fill(0))
        })
    }
})

test('float64 and empty ones are left to the reference', () => {
  const at = (B: number, dtype: 'float32' | 'float64'): SequenceInput => {
    const of = (...shape: number[]): Strided => new Random(2).normal(shape, 0, 1, { dtype })
    return { x: of(B, 2, 3), state: [of(B, 4)], weightIh: of(12, 3), weightHh: of(12, 4), reverse: false }
  }
  for (const input of [at(2, 'float64'), at(0, 'float32')]) {
    const [actual, expected] = [sequences.gru, reference.gru].map((kernel) => {
      const output = kernel.forward(input, true)
      const flows = { output: undefined, state: [undefined] }
      return output.saved && { output, gradients: kernel.backward(input, output.saved, flows, true) }
    })
    expect(actual).toEqual(expected)
  }
})

type Arrays = Record<string, TypedArray>

function arraysOf({ output, state }: SequenceOutput): Arrays {
  return { output, ...Object.fromEntries(state.map((part, k) => [`state ${k}`, part])) }
}

function gradientArrays({ state, ...rest }: SequenceGradients): Arrays {
  const present = Object.entries(rest).filter(([, values]) => values !== undefined) as [string, TypedArray][]
  return {
    ...Object.fromEntries(present),
    ...Object.fromEntries(state.map((part, k) => [`state ${k}`, part])),
  }
}

/** Each as exact as its largest values are in float32 after a few hundred operations. */
function expectArrays(actual: Arrays, expected: Arrays): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort())
  for (const [name, values] of Object.entries(expected)) {
    const largest = Math.max(1e-3, ...values.map(Math.abs))
    expectAlike(actual[name], values, { relative: 0, absolute: 2e-5 * largest })
  }
}

test('what was released serves the next forward pass, and cannot be used again', () => {
  const rng = new Random(5)
  const [B, T, I, H] = [8, 64, 4, 64]
  const tensors = {
    x: rng.normal([B, T, I]),
    state: [rng.normal([B, H]), rng.normal([B, H])],
    weightIh: rng.normal([4 * H, I]),
    weightHh: rng.normal([4 * H, H], 0, 0.1),
  }
  const run = () => sequence('lstm', tensors, true)
  const dy = rng.normal([B, T, H])
  const gradient = ({ backward }: ReturnType<typeof run>) => backward?.(dy, [], false).weightHh.data
  const [first, second] = [run(), run()]
  const expected = gradient(first)
  first.saved?.release?.()
  const third = run() // in the pieces of the first
  expect(gradient(third)).toEqual(expected)
  expect(gradient(second)).toEqual(expected)
  expect(() => gradient(first)).toThrow('backward: what the forward pass kept was released')
  first.saved?.release?.() // again: nothing more to give
  expect(gradient(third)).toEqual(expected)
})
