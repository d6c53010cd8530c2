import type { SequenceName, Strided, Tensor, TypedArray } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { type KernelCase, kernelCase, type Lay, type Results } from '../kernel-case.js'

const gates: Record<SequenceName, number> = { rnnTanh: 1, rnnRelu: 1, lstm: 4, gru: 3 }

/** Each pass forward and back, over sequences of several lengths or not, in both directions, of any layout. */
export const sequences: Record<SequenceName, KernelCase> = {
  rnnTanh: sequenceCase('rnnTanh'),
  rnnRelu: sequenceCase('rnnRelu'),
  lstm: sequenceCase('lstm'),
  gru: sequenceCase('gru'),
}

interface Operands {
  readonly x: Tensor
  readonly state: readonly Tensor[]
  readonly weightIh: Tensor
  readonly weightHh: Tensor
  readonly biases: readonly Tensor[]
  readonly lengths: Tensor | undefined
  readonly reverse: boolean
  readonly dOutput: Tensor | undefined
  readonly dState: readonly (Tensor | undefined)[]
  readonly wantX: boolean
}

function sequenceCase(name: SequenceName): KernelCase {
  return kernelCase<Operands>({
    family: 'sequences',
    operands: () => operands(name),
    call: (k, given, lay) => {
      const { reverse, wantX, dOutput, dState } = given
      const input = { ...inputOf(given, lay), reverse }
      const { output, state, saved } = k[name].forward(input, true)
      if (!saved) throw new Error('nothing was saved')
      const flows = { output: dOutput && lay(dOutput), state: dState.map((part) => part && lay(part)) }
      const { state: dStart, ...rest } = k[name].backward(input, saved, flows, wantX)
      return {
        output,
        ...named('state', state),
        ...Object.fromEntries(Object.entries(rest).map(([part, d]) => [`d ${part}`, d])),
        ...named('d state', dStart),
      } as Results
    },
    // Each as exact as its largest values are after some hundred operations.
    scale: (_, __, want) =>
      Object.fromEntries(
        Object.entries(want as Record<string, TypedArray | undefined>).map(([part, values]) => [
          part,
          Math.max(1, ...(values ?? []).map(Math.abs)),
        ]),
      ),
    share: 0.5,
  })
}

function named<T>(name: string, parts: readonly T[]): Record<string, T> {
  return Object.fromEntries(parts.map((part, k) => [`${name} ${k}`, part]))
}

function inputOf({ x, state, weightIh, weightHh, biases: [biasIh, biasHh], lengths }: Operands, lay: Lay) {
  const maybe = (part: Tensor | undefined): Strided | undefined => part && lay(part)
  return {
    x: lay(x),
    state: state.map(lay),
    weightIh: lay(weightIh),
    weightHh: lay(weightHh),
    biasIh: maybe(biasIh),
    biasHh: maybe(biasHh),
    lengths: maybe(lengths),
  }
}

function operands(name: SequenceName): fc.Arbitrary<Operands> {
  const size = fc.integer({ min: 1, max: 6 })
  return fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 5 }), size, size)
    .chain(([B, T, I, H]) => {
      const of = (...shape: number[]) => tensors({ shape, min: -1, max: 1 })
      const rows = gates[name] * H
      const parts = <P>(part: fc.Arbitrary<P>) =>
        fc.tuple(...Array.from({ length: name === 'lstm' ? 2 : 1 }, () => part))
      const flow = (...shape: number[]) => fc.option(of(...shape), { nil: undefined })
      return fc
        .record({
          x: of(B, T, I),
          state: parts(of(B, H)),
          weightIh: of(rows, I),
          weightHh: of(rows, H),
          biases: fc.option(fc.tuple(of(rows), of(rows)), { nil: [] }),
          lengths: fc.option(tensors({ shape: [B], dtype: 'int32', min: 0, max: T }), { nil: undefined }),
          reverse: fc.boolean(),
          dOutput: flow(B, T, H),
          dState: parts(flow(B, H)),
          wantX: fc.boolean(),
        })
        .map((given) => ({ ...given, x: given.lengths ? withNaN(given.x, given.lengths) : given.x }))
    })
}

/** x with NaN beyond the ends, where it is not looked at. */
function withNaN(x: Tensor, lengths: Tensor): Tensor {
  const padded = x.copy()
  lengths.data.forEach((length: number, b: number) => {
    padded.slice(b, [length, null]).fill(Number.NaN)
  })
  return padded
}
