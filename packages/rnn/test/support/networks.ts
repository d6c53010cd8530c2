import type { Variable } from '@unroll/autograd'
import {
  type Cell,
  type CellOptions,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  Recurrent,
  type RecurrentOptions,
  RNN,
  RNNCell,
  type State,
} from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import fc from 'fast-check'

/** The state of any network here: c for those that have it. */
export type AnyState = State & { readonly c?: Variable }

/** A recurrent network: its cell, and the layers made of it. */
export interface Network {
  readonly name: string
  readonly parts: readonly (keyof AnyState)[]
  cell(inputSize: number, hiddenSize: number, options: CellOptions): Cell<AnyState>
  layer(inputSize: number, hiddenSize: number, options: RecurrentOptions): Recurrent<AnyState>
  /** The same without the fused kernel, step by step: its cells are of a class derived from the cell's, which has none. */
  composed(inputSize: number, hiddenSize: number, options: RecurrentOptions): Recurrent<AnyState>
}

const [StepRNN, StepLSTM, StepGRU] = [
  class extends RNNCell {},
  class extends LSTMCell {},
  class extends GRUCell {},
]

/** A layer of cells that take the options of cells, as `RNN`, `LSTM` and `GRU` are. */
function composed<C extends Cell<AnyState>>(
  inputSize: number,
  options: RecurrentOptions,
  makeCell: (size: number, options: CellOptions) => C,
): Recurrent<AnyState> {
  const { bias, layerNorm, inputInit, recurrentInit, dtype, ...layer } = options
  const own = { bias, layerNorm, inputInit, recurrentInit, dtype, rng: options.rng }
  return new Recurrent<AnyState>(inputSize, (size) => makeCell(size, own), layer)
}

export const networks: readonly Network[] = [
  {
    name: 'RNN (tanh)',
    parts: ['h'],
    cell: (i, h, options) => new RNNCell(i, h, options),
    layer: (i, h, options) => new RNN(i, h, options),
    composed: (i, h, options) => composed(i, options, (size, own) => new StepRNN(size, h, own)),
  },
  {
    name: 'RNN (relu)',
    parts: ['h'],
    cell: (i, h, options) => new RNNCell(i, h, { ...options, nonlinearity: 'relu' }),
    layer: (i, h, options) => new RNN(i, h, { ...options, nonlinearity: 'relu' }),
    composed: (i, h, options) =>
      composed(i, options, (size, own) => new StepRNN(size, h, { ...own, nonlinearity: 'relu' })),
  },
  {
    name: 'LSTM',
    parts: ['h', 'c'],
    cell: (i, h, options) => new LSTMCell(i, h, options),
    layer: (i, h, options) => new LSTM(i, h, options),
    composed: (i, h, options) => composed(i, options, (size, own) => new StepLSTM(size, h, own)),
  },
  {
    name: 'GRU',
    parts: ['h'],
    cell: (i, h, options) => new GRUCell(i, h, options),
    layer: (i, h, options) => new GRU(i, h, options),
    composed: (i, h, options) => composed(i, options, (size, own) => new StepGRU(size, h, own)),
  },
]

export interface Sizes {
  readonly inputSize: number
  readonly hiddenSize: number
  readonly numLayers: number
  readonly batch: number
  readonly time: number
  readonly bidirectional: boolean
  readonly bias: boolean
  /** Start from a given state, not from zeros? */
  readonly withState: boolean
  readonly seed: number
}

/** Sizes of networks and of what they are fed, each from 1 to `most`. */
export function sizes(most: number): fc.Arbitrary<Sizes> {
  const size = fc.integer({ min: 1, max: most })
  return fc.record({
    inputSize: size,
    hiddenSize: size,
    numLayers: fc.integer({ min: 1, max: Math.min(3, most) }),
    batch: size,
    time: size,
    bidirectional: fc.boolean(),
    bias: fc.boolean(),
    withState: fc.boolean(),
    seed: fc.nat(),
  })
}

/** Normally distributed float64 values of the shapes wanted. */
export function draw(rng: Random, ...shapes: (readonly number[])[]): Tensor[] {
  return shapes.map((shape) => rng.normal(shape, 0, 1, { dtype: 'float64' }))
}

/** A float64 layer of these sizes, with values for its input and for the parts of its state (none, to start from zeros). */
export function layerWithInput(network: Network, sizes: Sizes, options: Partial<RecurrentOptions> = {}) {
  const { inputSize, hiddenSize, numLayers, bidirectional, batch, time, bias, withState, seed } = sizes
  const rng = new Random(seed)
  const all: RecurrentOptions = { numLayers, bidirectional, bias, rng, dtype: 'float64', ...options }
  const layer = network.layer(inputSize, hiddenSize, all)
  const [x, ...parts] = draw(
    rng,
    [batch, time, inputSize],
    ...network.parts.map(() => [layer.cells.length, batch, hiddenSize]),
  )
  return { layer, x, parts: withState ? parts : [], rng }
}

/** How long the sequences of a batch might be. */
export function lengthsOf({ batch, time }: Sizes, rng: Random): number[] {
  return Array.from({ length: batch }, () => 1 + rng.integer(time))
}

/** The state made of these parts; undefined when there are none. */
export function stateOf({ parts }: Network, values: readonly Variable[]): AnyState | undefined {
  if (values.length === 0) return undefined
  return Object.fromEntries(parts.map((name, i) => [name, values[i]])) as AnyState
}

/** The parts of a state, in order. */
export function partsOf({ parts }: Network, state: AnyState): Variable[] {
  return parts.map((name) => state[name] as Variable)
}

/** How properties run here: always on the same examples, so that what passes once passes always. */
export function examples(numRuns: number): { seed: number; numRuns: number } {
  return { seed: 20, numRuns }
}
