import { gradients, noGrad, parameter, type Variable } from '@unroll/autograd'
import { type ForwardOptions, LSTM, type Recurrent, type RecurrentOptions } from '@unroll/rnn'
import {
  type DType,
  type Kernels,
  kernelsFor,
  Random,
  reference,
  type SequenceName,
  type Tensor,
  withKernels,
} from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytesHeld } from '../../../test/support/garbage.js'
import { expectClose, type Tolerance } from '../../../test/support/golden.js'
import {
  type AnyState,
  examples,
  lengthsOf,
  type Network,
  networks,
  partsOf,
  type Sizes,
  sizes,
  stateOf,
} from './support/networks.js'

/** Who computes, in what, and how closely the two ways must agree: sums may be taken in another order, no more. */
const makers: [kernels: Kernels, dtype: DType, tolerance: Tolerance][] = [
  [reference, 'float64', { rtol: 1e-10, atol: 1e-10 }],
  [reference, 'float32', { rtol: 1e-4, atol: 1e-5 }],
  [kernelsFor('float32'), 'float32', { rtol: 1e-4, atol: 1e-5 }],
]

interface Drawn extends Sizes {
  readonly varied: boolean
  /** Which of the results flow into the loss: of output and the parts of the state, in order. */
  readonly flows: readonly boolean[]
  readonly batchFirst: boolean
  /** Whether the fused run is checkpointed through time, and how often. */
  readonly checkpointEvery: number | undefined
}

const drawn: fc.Arbitrary<Drawn> = fc
  .tuple(
    sizes(4),
    fc.record({
      varied: fc.boolean(),
      batchFirst: fc.boolean(),
      checkpointEvery: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
      flows: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()).filter(([output, h]) => output || h),
    }),
  )
  .map(([sizes, rest]) => ({ ...sizes, ...rest }))

describe.each(makers)('$0.name in %s %s', (kernels, dtype, tolerance) => {
  test.each(networks)('$name: the fused kernel and the composed cell agree', (network) => {
    fc.assert(
      fc.property(drawn, (drawn) => {
        withKernels(kernels, () => {
          const expected = resultsAndGradients(network, network.composed, drawn, dtype, {})
          const actual = resultsAndGradients(network, network.layer, drawn, dtype, drawn)
          expect(Object.keys(actual)).toEqual(Object.keys(expected))
          for (const [name, value] of Object.entries(actual))
            expectClose(value, expected[name], tolerance, name)
        })
      }),
      examples(20),
    )
  })
})

/** The results of a layer on what was drawn, and the gradients by its input, state and parameters. */
function resultsAndGradients(
  network: Network,
  make: Network['layer'],
  drawn: Drawn,
  dtype: DType,
  { checkpointEvery }: ForwardOptions,
): Record<string, Variable> {
  const { inputSize, hiddenSize, batch, time, batchFirst, flows } = drawn
  const rng = new Random(drawn.seed)
  const options: RecurrentOptions = {
    numLayers: drawn.numLayers,
    bidirectional: drawn.bidirectional,
    bias: drawn.bias,
    batchFirst,
    rng,
    dtype,
  }
  const layer = make(inputSize, hiddenSize, options)
  const draw = (shape: readonly number[]) => rng.normal(shape, 0, 1, { dtype })
  const values = draw([batch, time, inputSize])
  const state = drawn.withState
    ? network.parts.map(() => parameter(draw([layer.cells.length, batch, hiddenSize])))
    : []
  const lengths = drawn.varied ? lengthsOf(drawn, rng) : undefined
  const paddingOf = (x: Tensor) => (lengths ?? []).map((length, b) => x.slice(b, [length, null]))
  for (const padding of paddingOf(values)) padding.fill(Number.NaN) // not to be looked at

  const x = parameter(batchFirst ? values : values.transpose(0, 1))
  const [output, end] = layer.forward(x, stateOf(network, state), { lengths, checkpointEvery })
  const results = [output, ...partsOf(network, end)]
  const loss = results
    .map((y) => y.mul(draw(y.shape)).sum())
    .filter((_, k) => flows[k])
    .reduce((total, term) => total.add(term))
  const inputs: [string, Variable][] = [
    ['x', x],
    ...state.map((part, k): [string, Variable] => [`initial ${network.parts[k]}`, part]),
    ...layer.namedParameters(),
  ]
  const found = gradients(
    loss,
    inputs.map(([, input]) => input),
    { allowUnused: true },
  )

  const byBatch = (y: Variable) => (batchFirst ? y.value : y.value.transpose(0, 1))
  for (const y of [output, found[0]])
    for (const padding of paddingOf(byBatch(y))) expect(padding.any().item()).toBe(0) // exactly
  return Object.fromEntries([
    ...['output', ...network.parts].map((name, k) => [name, results[k]]),
    ...inputs.map(([name], k) => [`gradient by ${name}`, found[k]]),
  ])
}

describe('the fused kernel', () => {
  const x = new Random(2).normal([2, 5, 3])

  /** The reference, and a record of whether the way back was prepared at each call. */
  function recording(name: SequenceName): Kernels & { saved: boolean[] } {
    const saved: boolean[] = []
    const kernel = {
      ...reference[name],
      forward: (input: never, save: boolean) => {
        saved.push(save)
        return reference[name].forward(input, save)
      },
    }
    return { ...reference, name: 'recording', [name]: kernel, saved }
  }

  test('is called once for each layer and direction', () => {
    const layer = new LSTM(3, 4, { numLayers: 2, bidirectional: true, rng: new Random(1) })
    const kernels = recording('lstm')
    withKernels(kernels, () => layer.forward(x))
    expect(kernels.saved).toEqual([true, true, true, true])
  })

  test('keeps nothing where nothing is recorded', () => {
    const layer = new LSTM(3, 4, { rng: new Random(1) })
    const kernels = recording('lstm')
    withKernels(kernels, () => noGrad(() => layer.forward(x)))
    expect(kernels.saved).toEqual([false])
  })

  test('is not used for a cell that is derived from one that has it', () => {
    const kernels = recording('lstm')
    const layer: Recurrent<AnyState> = networks[2].composed(3, 4, { rng: new Random(1) })
    withKernels(kernels, () => layer.forward(x))
    expect(kernels.saved).toEqual([])
  })

  test('keeps its inputs: one changed in place before backward is refused', () => {
    const layer = new LSTM(3, 4, { rng: new Random(1) })
    const lengths = x.slice(null, 0, 0).mul(0).add(2).cast('int32')
    const lose = () => layer.forward(x, undefined, { lengths })[0].sum()
    const first = lose()
    layer.cells[0].weightHh.value.fill(0)
    expect(() => first.backward()).toThrow('lstm kept input 4 [16, 4] for its gradient')
    const second = lose()
    lengths.fill(1)
    expect(() => second.backward()).toThrow('lstm kept lengths [2] for its gradient')
  })

  test('checkpointed through time, keeps outputs and no gates; a segment longer than the sequence is all of it', () => {
    const layer = new LSTM(3, 8, { rng: new Random(1) })
    const input = new Random(2).normal([1, 64, 3])
    const bytes = (options: ForwardOptions) => {
      const before = bytesHeld().buffers
      const [y] = layer.forward(input, undefined, options)
      const held = bytesHeld().buffers - before
      y.sum().backward()
      return held
    }
    bytes({})
    const [all, parts, one] = [{}, { checkpointEvery: 8 }, { checkpointEvery: 100 }].map(bytes)
    expect(parts).toBeLessThan(all / 2)
    expect(one).toBeLessThan(all / 2)
    expect(() => layer.forward(input, undefined, { checkpointEvery: 0 })).toThrow(/^LSTM: .*checkpointEvery/)
  })
})
