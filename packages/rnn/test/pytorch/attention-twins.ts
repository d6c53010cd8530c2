import { MultiheadAttention } from '@unroll/rnn'
import { arange, type DType, greater, maximum, Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { nameOf, pythonic, type Twin } from './twin.js'

export interface Drawn {
  readonly bias: boolean
  readonly heads: number
  /** The features of a head. */
  readonly size: number
  readonly kdim?: number
  readonly vdim?: number
  readonly batchFirst: boolean
  readonly unbatched: boolean
  readonly mask: 'none' | 'bools' | 'bools by item' | 'floats'
  readonly withLengths: boolean
  readonly average: boolean
  readonly batch: number
  readonly queries: number
  readonly keys: number
  readonly dtype: DType
  readonly seed: number
}

export function drawAttention(): fc.Arbitrary<Drawn> {
  const size = fc.integer({ min: 1, max: 4 })
  const dim = fc.option(size, { nil: undefined })
  const flag = fc.boolean()
  return fc.record({
    bias: flag,
    heads: fc.integer({ min: 1, max: 3 }),
    size,
    kdim: dim,
    vdim: dim,
    batchFirst: flag,
    unbatched: fc.integer({ min: 0, max: 3 }).map((one) => one === 0),
    mask: fc.constantFrom('none', 'bools', 'bools by item', 'floats'),
    withLengths: flag,
    average: flag,
    batch: size,
    queries: size,
    keys: size,
    dtype: fc.constantFrom('float32' as const, 'float64' as const),
    seed: fc.nat(),
  })
}

export function attentionTwin(drawn: Drawn): Twin {
  const {
    heads,
    kdim,
    vdim,
    bias,
    batchFirst,
    unbatched,
    average,
    dtype,
    batch: N,
    queries: T,
    keys: S,
  } = drawn
  const E = heads * drawn.size
  const rng = new Random(drawn.seed)
  const draw = (steps: number, size: number) =>
    rng.normal(unbatched ? [steps, size] : batchFirst ? [N, steps, size] : [steps, N, size], 0, 1, { dtype })
  const mask = maskFor(drawn, rng)
  const withLengths = drawn.withLengths && !unbatched
  const options = { ...(kdim && { kdim }), ...(vdim && { vdim }), bias, batchFirst }
  return {
    name: nameOf('MultiheadAttention', {
      ...options,
      heads,
      unbatched,
      mask: drawn.mask,
      withLengths,
      average,
      dtype,
    }),
    module: 'MultiheadAttention',
    args: pythonic({ embedDim: E, numHeads: heads, ...options }),
    dtype,
    inputs: {
      query: draw(T, E),
      key: draw(S, kdim ?? E),
      value: draw(S, vdim ?? E),
      average: tensor(+average, { dtype: 'int32' }),
      ...(mask && { mask }),
      ...(withLengths && { lengths: tensor(Int32Array.from({ length: N }, () => 1 + rng.integer(S))) }),
    },
    make: (rng) => new MultiheadAttention(E, heads, { ...options, rng, dtype }),
    run(module, { query, key, value, mask, lengths }) {
      const said = { mask, ...(lengths && { lengths: lengths.value }), averageWeights: average }
      const [output, weights] = (module as MultiheadAttention).forward(query, key, value, said)
      return { output, weights }
    },
  }
}

/** Always with something to attend to: PyTorch's softmax over nothing is NaN. */
function maskFor(
  { mask, unbatched, batch: N, queries: T, keys: S, dtype }: Drawn,
  rng: Random,
): Tensor | undefined {
  if (mask === 'none') return undefined
  if (mask === 'floats') return rng.normal([T, S], 0, 1, { dtype })
  const shape = mask === 'bools' || unbatched ? [T, S] : [N, T, S]
  const first = arange(0, S, 1, { dtype: 'int32' }).equal(0).cast('int32')
  return greater(maximum(rng.bernoulli(shape, 0.6, { dtype: 'int32' }), first), 0)
}
