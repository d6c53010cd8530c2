import { type Variable, variable } from '@unroll/autograd'
import {
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type Module,
  type Recurrent,
  RNN,
  RNNCell,
} from '@unroll/rnn'
import { Random, type Shape } from '@unroll/tensor'
import fc from 'fast-check'
import type { AnyState } from './networks.js'
import type * as oracle from './oracle.js'

export const kinds = ['RNN', 'LSTM', 'GRU'] as const

const layers = { RNN, LSTM, GRU } as const
const cells = { RNN: RNNCell, LSTM: LSTMCell, GRU: GRUCell } as const

/** The options of a kind of cell, in all combinations. */
const variants: Record<oracle.Kind, fc.Arbitrary<oracle.Options>> = {
  RNN: fc.record({
    bias: fc.boolean(),
    layerNorm: fc.boolean(),
    nonlinearity: fc.constantFrom('tanh', 'relu'),
  }),
  GRU: fc.record({ bias: fc.boolean(), layerNorm: fc.boolean(), resetAfter: fc.boolean() }),
  LSTM: fc.record({
    bias: fc.boolean(),
    layerNorm: fc.boolean(),
    peephole: fc.boolean(),
    coupled: fc.boolean(),
    cellClip: fc.constantFrom(undefined, 0.4),
    projSize: fc.constantFrom(undefined, 1, 2),
  }),
}

export interface Drawn {
  readonly options: oracle.Options
  readonly inputSize: number
  readonly hiddenSize: number
  readonly batch: number
  readonly time: number
  readonly withState: boolean
  readonly varied: boolean
  readonly checkpointEvery: number | undefined
  readonly seed: number
}

/** A layer of a kind, in any form, and the sizes of what it is fed. */
export function drawnAt(kind: oracle.Kind, most: number): fc.Arbitrary<Drawn> {
  const size = fc.integer({ min: 1, max: most })
  const places = fc.constantFrom<oracle.Options>(
    {},
    { reverse: true },
    ...(['concat', 'sum', 'mean', 'mul'] as const).map((merge) => ({ bidirectional: true, merge })),
  )
  const shape = fc.record({
    numLayers: fc.integer({ min: 1, max: Math.min(3, most) }),
    batchFirst: fc.boolean(),
    returnSequences: fc.boolean(),
  })
  const sizes = fc.record({
    inputSize: size,
    hiddenSize: fc.integer({ min: 2, max: most }),
    batch: size,
    time: size,
    withState: fc.boolean(),
    varied: fc.boolean(),
    checkpointEvery: fc.constantFrom(undefined, undefined, 2),
    seed: fc.nat(),
  })
  return fc.tuple(sizes, variants[kind], places, shape).map(([sizes, ...parts]) => {
    const options: oracle.Options = Object.assign({}, ...parts)
    const projSize = options.projSize && Math.min(options.projSize, sizes.hiddenSize - 1)
    return { ...sizes, options: 'projSize' in options ? { ...options, projSize } : options }
  })
}

export function layerOf(
  kind: oracle.Kind,
  { options, inputSize, hiddenSize, seed }: Drawn,
): Recurrent<AnyState> {
  const layer = new layers[kind](inputSize, hiddenSize, {
    ...options,
    dtype: 'float64',
    rng: new Random(seed),
  })
  spread(layer, new Random(seed + 1))
  return layer
}

export function cellOf(kind: oracle.Kind, { options, inputSize, hiddenSize, seed }: Drawn): Cell<AnyState> {
  const { reverse, bidirectional, merge, numLayers, batchFirst, returnSequences, ...own } = options
  const cell = new cells[kind](inputSize, hiddenSize, { ...own, dtype: 'float64', rng: new Random(seed) })
  spread(cell, new Random(seed + 1))
  return cell
}

/** What it is fed: values drawn for an input, for the parts of a state, and perhaps lengths. */
export function fedTo(layer: Recurrent<AnyState>, { batch, time, inputSize, varied, seed }: Drawn) {
  const rng = new Random(seed + 2)
  const draw = (shape: Shape) => rng.normal(shape, 0, 1, { dtype: 'float64' })
  return {
    x: draw([batch, time, inputSize]),
    state: mapState(layer.zeroState(batch), ({ shape }) => variable(draw(shape))),
    lengths: varied ? Array.from({ length: batch }, () => 1 + rng.integer(time)) : undefined,
  }
}

/** Values for all parameters that no initialisation would hide anything with, such as norms of ones and zeros. */
function spread(module: Module, rng: Random): void {
  const values = Object.entries(module.stateDict()).map(([key, { shape }]) => [
    key,
    rng.normal(shape, 0, 0.7, { dtype: 'float64' }),
  ])
  module.loadStateDict(Object.fromEntries(values))
}

export function mapState(state: AnyState, f: (part: Variable) => Variable): AnyState {
  return Object.fromEntries(Object.entries(state).map(([name, part]) => [name, f(part)])) as AnyState
}
