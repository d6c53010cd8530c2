import { gradcheck, gradgradcheck, type Variable } from '@unroll/autograd'
import { checkGradients, type GradientCase } from '@unroll/autograd/testing'
import {
  bceWithLogits,
  crossEntropy,
  Embedding,
  Linear,
  type LossOptions,
  type Module,
  mse,
  Sequential,
} from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import {
  draw,
  examples,
  layerWithInput,
  lengthsOf,
  networks,
  partsOf,
  sizes,
  stateOf,
} from './support/networks.js'
import { packedFunction, packedPoint } from './support/parameters.js'
import { classesFor } from './support/targets.js'

describe.each(networks)('$name', (network) => {
  const stepAt = (most: number) =>
    sizes(most).map(({ inputSize, hiddenSize, batch, bias, withState, seed }) => {
      const rng = new Random(seed)
      const cell = network.cell(inputSize, hiddenSize, { bias, rng, dtype: 'float64' })
      const state = withState ? network.parts.map(() => [batch, hiddenSize]) : []
      const inputs = draw(rng, [batch, inputSize], ...state)
      return caseOf(cell, inputs, (x, ...parts) => partsOf(network, cell.step(x, stateOf(network, parts))))
    })

  const sequenceAt = (most: number) =>
    sizes(most).map((drawn) => {
      const { layer, x, parts, rng } = layerWithInput(network, drawn)
      const lengths = rng.next() < 0.5 ? lengthsOf(drawn, rng) : undefined
      return caseOf(layer, [x, ...parts], (x, ...parts) => {
        const [output, end] = layer.forward(x, stateOf(network, parts), { lengths })
        return [output, ...partsOf(network, end)]
      })
    })

  test('the gradient of a step, by input, state and parameters', () => forAll(stepAt(4), 15, gradcheck))

  test('the second derivatives of a step', () => forAll(stepAt(2), 8, gradgradcheck))

  test('the gradient of a sequence through its layers, by input, state and parameters', () =>
    forAll(sequenceAt(2), 8, gradcheck))

  test('the second derivatives of a sequence', () => forAll(sequenceAt(2), 3, gradgradcheck))
})

describe('modules', () => {
  const shape = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 0, maxLength: 2 })
  const features = fc.integer({ min: 1, max: 3 })
  const options = fc.record({ bias: fc.boolean(), seed: fc.nat() })

  test('Linear', () =>
    checkGradients(
      fc.tuple(shape, features, features, options).map(([lead, from, to, { bias, seed }]) => {
        const rng = new Random(seed)
        const linear = new Linear(from, to, { bias, rng, dtype: 'float64' })
        return caseOf(linear, draw(rng, [...lead, from]), (x) => [linear.forward(x)])
      }),
      examples(20),
    ))

  test('Sequential', () =>
    checkGradients(
      fc.tuple(features, options).map(([hidden, { bias, seed }]) => {
        const rng = new Random(seed)
        const [first, second] = [
          new Linear(2, hidden, { bias, rng, dtype: 'float64' }),
          new Linear(hidden, 2, { rng, dtype: 'float64' }),
        ]
        const stack = new Sequential(first, second)
        return caseOf(stack, draw(rng, [3, 2]), (x) => [stack.forward(x).tanh()])
      }),
      examples(20),
    ))

  test('Embedding, whose indices repeat', () =>
    checkGradients(
      fc.tuple(shape, options).map(([lead, { seed }]) => {
        const rng = new Random(seed)
        const embedding = new Embedding(3, 2, { rng, dtype: 'float64' })
        const indices = rng.uniform(lead, 0, 3).cast('int32')
        // Squared, so that there is a second derivative.
        return caseOf(embedding, [], () => [embedding.forward(indices).square()])
      }),
      examples(20),
    ))
})

describe('losses', () => {
  const reduction = fc.constantFrom<LossOptions['reduction']>('mean', 'sum', 'none')
  const batch = fc.integer({ min: 1, max: 3 })

  test('crossEntropy of classes, on any axis', () =>
    checkGradients(
      fc
        .tuple(reduction, batch, fc.integer({ min: -3, max: 2 }), fc.nat())
        .map(([reduction, n, axis, seed]) => {
          const inputs = draw(new Random(seed), [n, 2, 3])
          const classes = classesFor(inputs[0], axis, seed)
          return { f: (x) => crossEntropy(x, classes, { axis, reduction }), inputs }
        }),
      examples(20),
    ))

  test('crossEntropy of probabilities, by these too', () =>
    checkGradients(
      fc.tuple(reduction, batch, fc.constantFrom(-1, 0, 1), fc.nat()).map(([reduction, n, axis, seed]) => ({
        f: (x, t) => crossEntropy(x, t.softmax(axis), { axis, reduction }),
        inputs: draw(new Random(seed), [n, 3], [n, 3]),
      })),
      examples(20),
    ))

  test('mse', () =>
    checkGradients(
      fc.tuple(reduction, batch, fc.nat()).map(([reduction, n, seed]) => ({
        f: (x, t) => mse(x, t, { reduction }),
        inputs: draw(new Random(seed), [n, 2], [n, 2]),
      })),
      examples(20),
    ))

  test('bceWithLogits', () =>
    checkGradients(
      fc.tuple(reduction, batch, fc.nat()).map(([reduction, n, seed]) => ({
        f: (x, t) => bceWithLogits(x.mul(3), t.sigmoid(), { reduction }),
        inputs: draw(new Random(seed), [n, 2], [n, 2]),
      })),
      examples(20),
    ))

  test('bceWithLogits where a logit is 0 and the target certain', () => {
    const [x, t] = [tensor([0, 0, 0, 1], { dtype: 'float64' }), tensor([0, 0.5, 1, 1], { dtype: 'float64' })]
    const loss = (x: Variable, t: Variable) => bceWithLogits(x, t)
    gradcheck(loss, [x, t])
    gradgradcheck(loss, [x, t])
  })
})

/** What to check the gradients of, and where: a function of the inputs and of the module's parameters, in one vector. */
function caseOf(
  module: Module,
  inputs: readonly Tensor[],
  f: (...inputs: Variable[]) => readonly Variable[],
): GradientCase {
  const point = packedPoint(module, inputs)
  const shapes = inputs.map(({ shape }) => shape)
  return { f: packedFunction(module, shapes, f), inputs: [point] }
}

function forAll(
  cases: fc.Arbitrary<GradientCase>,
  runs: number,
  check: (f: GradientCase['f'], inputs: readonly Tensor[]) => void,
): void {
  fc.assert(
    fc.property(cases, ({ f, inputs }) => check(f, inputs)),
    examples(runs),
  )
}
