import { logSoftmax, type Variable } from '@unroll/autograd'
import { checkGradients } from '@unroll/autograd/testing'
import { bceWithLogits, crossEntropy, huber, klDiv, l1, mse, nll, smoothL1 } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { examples } from './support/networks.js'
import { classesFor, maskFor } from './support/targets.js'

const reduction = fc.constantFrom('mean', 'sum', 'none')
const share = fc.constantFrom(0.25, 0.5, 1.5)

/** Float64 values, small enough for a central difference, and a seed for the rest of the case. */
function points(awayFrom: readonly number[] = []): fc.Arbitrary<[x: Tensor, seed: number]> {
  const values = tensors({
    dtype: 'float64',
    minRank: 1,
    maxRank: 3,
    maxLength: 3,
    min: -2,
    max: 2,
    awayFrom,
  })
  return fc.tuple(values, fc.nat())
}

const draw = (x: Tensor, rng: Random) => rng.normal(x.shape, 0, 1, { dtype: 'float64' })

describe('by prediction and target, in both orders', () => {
  /** A loss of errors d = x − t that stay clear of its kinks. */
  function ofErrors(
    kinks: readonly number[],
    loss: (x: Variable, t: Variable, options: { reduction: 'mean'; mask: Tensor | undefined }) => Variable,
  ): void {
    checkGradients(
      fc.tuple(points(kinks), reduction).map(([[d, seed], reduction]) => {
        const rng = new Random(seed)
        const t = draw(d, rng)
        const options = { reduction: reduction as 'mean', mask: maskFor(d.shape, rng) }
        return { f: (x, t) => loss(x, t, options), inputs: [t.add(d), t] }
      }),
      examples(25),
    )
  }

  test('mse', () => ofErrors([], mse))
  test('l1', () => ofErrors([0], l1))
  test('huber', () => ofErrors([-0.7, 0.7], (x, t, options) => huber(x, t, { ...options, delta: 0.7 })))
  test('smoothL1', () => ofErrors([-0.7, 0.7], (x, t, options) => smoothL1(x, t, { ...options, beta: 0.7 })))
  test('smoothL1 with β = 0', () => ofErrors([0], (x, t, options) => smoothL1(x, t, { ...options, beta: 0 })))

  test('huber and smoothL1, where prediction and target are equal', () =>
    checkGradients(
      fc.constantFrom(huber, smoothL1).map((loss) => ({
        f: (x, t) => loss(x, t),
        inputs: [tensor([1, 2], { dtype: 'float64' }), tensor([1, 2], { dtype: 'float64' })],
      })),
      examples(2),
    ))

  test('bceWithLogits, with weights', () =>
    checkGradients(
      fc.tuple(points(), reduction, share, share).map(([[x, seed], reduction, some, many]) => {
        const rng = new Random(seed)
        const weight = some < 1 ? rng.uniform(x.shape.slice(-1), 0, 2, { dtype: 'float64' }) : undefined
        const posWeight = many < 1 ? rng.uniform(x.shape, 0, 3, { dtype: 'float64' }) : undefined
        const options = { reduction: reduction as 'mean', mask: maskFor(x.shape, rng), weight, posWeight }
        return { f: (x, t) => bceWithLogits(x, t, options), inputs: [x, draw(x, rng).sigmoid()] }
      }),
      examples(25),
    ))

  test('klDiv', () =>
    checkGradients(
      fc
        .tuple(points(), fc.constantFrom('mean', 'sum', 'none', 'batchMean'), fc.boolean())
        .map(([[x, seed], reduction, logTarget]) => {
          const rng = new Random(seed)
          const options = { reduction: reduction as 'mean', mask: maskFor(x.shape, rng), logTarget }
          const target = logTarget ? draw(x, rng).logSoftmax() : draw(x, rng).softmax()
          return { f: (x, t) => klDiv(x, t, options), inputs: [x, target] }
        }),
      examples(25),
    ))
})

describe('by logits, whatever the options', () => {
  const options = fc.record({
    reduction,
    weighted: fc.boolean(),
    masked: fc.boolean(),
    labelSmoothing: fc.constantFrom(0, 0, 0.2, 1),
    ignored: fc.boolean(),
  })

  /** Classes for x along an axis, and the options that a loss over them takes. */
  function classCase(
    [x, seed]: [Tensor, number],
    drawn: typeof options extends fc.Arbitrary<infer T> ? T : never,
  ) {
    const rng = new Random(seed)
    const axis = rng.integer(x.rank)
    const classes = classesFor(x, axis, seed)
    const weight = rng.uniform([x.shape[axis]], 0.5, 2, { dtype: 'float64' })
    const some = drawn.ignored && classes.size > 1 // the first counts, also by the mask
    if (some) classes.reshape([classes.size]).set([-1], -7)
    const ignoreIndex = some ? -7 : undefined
    const given = {
      axis,
      reduction: drawn.reduction as 'mean',
      weight: drawn.weighted ? weight : undefined,
      mask: drawn.masked ? maskFor(classes.shape, rng) : undefined,
    }
    return { axis, rng, classes, given, ignoreIndex }
  }

  test('crossEntropy of classes', () =>
    checkGradients(
      fc.tuple(points(), options).map(([point, drawn]) => {
        const { classes, given, ignoreIndex } = classCase(point, drawn)
        const { labelSmoothing } = drawn
        return {
          f: (x) => crossEntropy(x, classes, { ...given, ignoreIndex, labelSmoothing }),
          inputs: [point[0]],
        }
      }),
      examples(50),
    ))

  test('crossEntropy of probabilities, and by these', () =>
    checkGradients(
      fc.tuple(points(), options).map(([point, drawn]) => {
        const { axis, rng, given } = classCase(point, drawn)
        const { labelSmoothing } = drawn
        return {
          f: (x, t) => crossEntropy(x, t, { ...given, labelSmoothing }),
          inputs: [point[0], draw(point[0], rng).softmax(axis)],
        }
      }),
      examples(25),
    ))

  test('nll', () =>
    checkGradients(
      fc.tuple(points(), options).map(([point, drawn]) => {
        const { axis, classes, given, ignoreIndex } = classCase(point, drawn)
        return {
          f: (x) => nll(logSoftmax(x, axis), classes, { ...given, ignoreIndex }),
          inputs: [point[0]],
        }
      }),
      examples(25),
    ))
})
