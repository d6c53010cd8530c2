import type { Variable } from '@unroll/autograd'
import {
  type Cell,
  GRU,
  GRUCell,
  LSTM,
  LSTMCell,
  type Recurrent,
  RNN,
  RNNCell,
  type State,
} from '@unroll/rnn'
import { type DType, Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { nameOf, pythonic, type Twin } from './twin.js'

type AnyState = State & { readonly c?: Variable }

/** Layers and cells: what is made, and what it is fed. */
export interface Drawn {
  readonly kind: 'RNN' | 'LSTM' | 'GRU'
  readonly inputSize: number
  readonly hiddenSize: number
  /** With PyTorch's names and values. */
  readonly options: {
    readonly bias?: boolean
    readonly nonlinearity?: 'tanh' | 'relu'
    readonly projSize?: number
    readonly numLayers?: number
    readonly bidirectional?: boolean
    readonly batchFirst?: boolean
  }
  readonly batch: number
  readonly time: number
  /** One sequence, without an axis for the batch? */
  readonly unbatched?: boolean
  readonly withState?: boolean
  readonly withLengths?: boolean
  readonly dtype?: DType
  readonly seed: number
}

const layers = { RNN, LSTM, GRU } as const
const cells = { RNN: RNNCell, LSTM: LSTMCell, GRU: GRUCell } as const

export function layerTwin(drawn: Drawn): Twin {
  const { kind, inputSize, hiddenSize, unbatched, withState, withLengths, batch: B, time: T } = drawn
  const { dtype = 'float32' } = drawn
  // PyTorch's default layout is [T, B, …].
  const options = { batchFirst: false, ...drawn.options }
  const { numLayers = 1, bidirectional = false, projSize = hiddenSize, batchFirst } = options
  const rng = new Random(drawn.seed)
  const draw = (...shape: number[]) => rng.normal(shape, 0, 1, { dtype })
  const D = numLayers * (bidirectional ? 2 : 1)
  const part = (size: number) => (unbatched ? draw(D, size) : draw(D, B, size))
  const packed = withLengths && !unbatched
  const input = unbatched ? draw(T, inputSize) : batchFirst ? draw(B, T, inputSize) : draw(T, B, inputSize)
  return {
    name: nameOf(kind, { ...drawn.options, unbatched, withState, withLengths: packed, dtype }),
    module: kind,
    args: pythonic({ inputSize, hiddenSize, ...options }),
    dtype,
    inputs: { input, ...stateFor(drawn, part, projSize), ...(packed && { lengths: lengthsFor(drawn, rng) }) },
    make: (rng) => new layers[kind](inputSize, hiddenSize, { ...options, rng, dtype }),
    run(module, { input, h, c, lengths }) {
      const layer = module as Recurrent<AnyState>
      const [output, end] = layer.forward(input, stateOf(h, c), lengths && { lengths: lengths.value })
      return { output, ...end }
    },
  }
}

/** A cell in a loop. */
export function cellTwin(drawn: Drawn): Twin {
  const { kind, inputSize, hiddenSize, withState, batch: B, time: T, dtype = 'float32' } = drawn
  const { bias, nonlinearity } = drawn.options
  const options = { ...(bias !== undefined && { bias }), ...(nonlinearity && { nonlinearity }) }
  const rng = new Random(drawn.seed)
  const draw = (...shape: number[]) => rng.normal(shape, 0, 1, { dtype })
  return {
    name: nameOf(`${kind}Cell`, { ...options, withState, dtype }),
    module: `${kind}Cell`,
    args: pythonic({ inputSize, hiddenSize, ...options }),
    dtype,
    inputs: { input: draw(B, T, inputSize), ...stateFor(drawn, (size) => draw(B, size), hiddenSize) },
    make: (rng) => new cells[kind](inputSize, hiddenSize, { ...options, rng, dtype }),
    run(module, { input, h, c }) {
      let state = stateOf(h, c)
      for (const x of input.unbind(1)) state = (module as Cell<AnyState>).step(x, state)
      return { ...state }
    },
  }
}

/** Layers with any options, and cells with any of theirs. */
export function drawRecurrent(kind: Drawn['kind']): fc.Arbitrary<Drawn> {
  const size = fc.integer({ min: 1, max: 5 })
  const flag = fc.boolean()
  const own = {
    RNN: { nonlinearity: fc.constantFrom('tanh' as const, 'relu' as const) },
    LSTM: { projSize: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }) },
    GRU: {},
  }
  const options: fc.Arbitrary<Drawn['options']> = fc.record({
    bias: flag,
    numLayers: fc.integer({ min: 1, max: 3 }),
    bidirectional: flag,
    batchFirst: flag,
    ...own[kind],
  })
  const drawn = fc.record({
    kind: fc.constant(kind),
    inputSize: size,
    hiddenSize: fc.integer({ min: 2, max: 6 }),
    options,
    batch: size,
    time: fc.integer({ min: 1, max: 7 }),
    unbatched: fc.integer({ min: 0, max: 3 }).map((one) => one === 0),
    withState: flag,
    withLengths: flag,
    dtype: fc.constantFrom('float32' as const, 'float64' as const),
    seed: fc.nat(),
  })
  return drawn.map(({ options: { projSize, ...options }, ...rest }) => {
    const smaller = projSize && Math.min(projSize, rest.hiddenSize - 1)
    return { ...rest, options: smaller ? { ...options, projSize: smaller } : options }
  })
}

function stateFor(
  { kind, hiddenSize, withState }: Drawn,
  part: (size: number) => Tensor,
  size: number,
): Record<string, Tensor> {
  if (!withState) return {}
  return kind === 'LSTM' ? { h: part(size), c: part(hiddenSize) } : { h: part(size) }
}

function lengthsFor({ batch, time }: Drawn, rng: Random): Tensor {
  return tensor(Int32Array.from({ length: batch }, () => 1 + rng.integer(time)))
}

function stateOf(h: Variable | undefined, c: Variable | undefined): AnyState | undefined {
  return h && (c ? { h, c } : { h })
}
