import { parameter, tapeRows, type Variable } from '@unroll/autograd'
import { checkGradients } from '@unroll/autograd/testing'
import { bceWithLogits, crossEntropy, mse, type Reduction } from '@unroll/rnn'
import { oneHot, Random, type Tensor, tensor } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { examples } from './support/networks.js'
import { classesFor } from './support/targets.js'

const close = { rtol: 1e-12, atol: 1e-12 }
const exact = { rtol: 0, atol: 0 }
const floats = { dtype: 'float64', minRank: 1, maxRank: 3, min: -8, max: 8 } as const

/** Logits, the axis of the classes, and something to draw targets from. */
const logits = tensors(floats).chain((x) =>
  fc.tuple(fc.constant(x), fc.integer({ min: -x.rank, max: x.rank - 1 }), fc.nat()),
)
const two = tensors(floats).chain((x) => fc.tuple(fc.constant(x), tensors({ ...floats, shape: x.shape })))

describe('crossEntropy', () => {
  test('of classes is −log softmax there', () =>
    fc.assert(
      fc.property(logits, ([x, axis, seed]) => {
        const classes = classesFor(x, axis, seed)
        const chosen = x.softmax(axis).gather(axis, classes.unsqueeze(axis)).squeeze(axis)
        expectClose(crossEntropy(x, classes, { axis, reduction: 'none' }), chosen.log().neg(), close)
      }),
      examples(50),
    ))

  test('of probabilities is −Σ t log softmax', () =>
    fc.assert(
      fc.property(logits, ([x, axis, seed]) => {
        const t = new Random(seed).normal(x.shape, 0, 1, { dtype: 'float64' }).softmax(axis)
        const composed = x.softmax(axis).log().mul(t).sum(axis).neg()
        expectClose(crossEntropy(x, t, { axis, reduction: 'none' }), composed, close)
      }),
      examples(50),
    ))

  test('of one-hot probabilities is that of the classes', () => {
    const x = new Random(1).normal([2, 5, 4], 0, 1, { dtype: 'float64' })
    const classes = classesFor(x, -1, 2)
    const options = { reduction: 'none' } as const
    const hot = oneHot(classes, 4, { dtype: 'float64' })
    expectClose(crossEntropy(x, hot, options), crossEntropy(x, classes, options), close)
  })

  test('has as gradient softmax − one-hot, over the count of targets', () => {
    const x = parameter(new Random(1).normal([2, 5, 4], 0, 1, { dtype: 'float64' }))
    const classes = classesFor(x.value, -1, 2)
    crossEntropy(x, classes).backward()
    expectClose(gradOf(x), x.value.softmax().sub(oneHot(classes, 4)).div(10), close)
  })

  test('has the right gradients of first and second order, whatever the target, the axis and the reduction', () => {
    const cases = fc.tuple(
      tensors({ ...floats, min: -2, max: 2, maxLength: 3 }).chain((x) =>
        fc.tuple(fc.constant(x), fc.nat(x.rank - 1), fc.nat()),
      ),
      fc.constantFrom<Reduction>('mean', 'sum', 'none'),
      fc.boolean(),
    )
    checkGradients(
      cases
        .filter(([[x]]) => x.size > 0)
        .map(([[x, axis, seed], reduction, classes]) => {
          const target = classes
            ? classesFor(x, axis, seed)
            : new Random(seed).normal(x.shape, 0, 1, { dtype: 'float64' }).softmax(axis)
          return { f: (v: Variable) => crossEntropy(v, target, { axis, reduction }), inputs: [x] }
        }),
      examples(60),
    )
  })

  test('of classes is one entry on the tape, and keeps its target', () => {
    const x = parameter(new Random(1).normal([5, 4]))
    const classes = classesFor(x.value, -1, 2)
    const loss = crossEntropy(x, classes)
    expect(tapeRows(loss).map(({ op }) => op)).toEqual(['leaf', 'crossEntropy'])
    classes.fill(0)
    expect(() => loss.backward()).toThrow(
      /^backward: crossEntropy kept target \[5\] .* changed in place since/,
    )
  })

  test('of large logits is finite, and so is its gradient', () => {
    const x = parameter([
      [1e4, -1e4, 0],
      [1e4, -1e4, 0],
      [-1e4, -1e4, -1e4],
    ])
    const losses = crossEntropy(x, tensor(Int32Array.of(0, 1, 2)), { reduction: 'none' })
    expectClose(losses, tensor([0, 2e4, Math.log(3)]), exact)
    losses.sum().backward()
    const gradient = tensor([
      [0, 0, 0],
      [1, -1, 0],
      [1 / 3, 1 / 3, -2 / 3],
    ])
    expectClose(gradOf(x), gradient, { rtol: 1e-6, atol: 0 })
  })
})

describe('bceWithLogits', () => {
  test('is −t log σ(x) − (1 − t) log(1 − σ(x))', () =>
    fc.assert(
      fc.property(two, ([x, s]) => {
        const t = s.sigmoid()
        const yes = t.mul(x.sigmoid().log())
        const no = t.mul(-1).add(1).mul(x.sigmoid().mul(-1).add(1).log())
        expectClose(bceWithLogits(x, t, { reduction: 'none' }), yes.add(no).neg(), close)
      }),
      examples(50),
    ))

  test('has as gradient σ(x) − t', () =>
    fc.assert(
      fc.property(two, ([x, s]) => {
        const p = parameter(x)
        bceWithLogits(p, s.sigmoid(), { reduction: 'sum' }).backward()
        expectClose(gradOf(p), x.sigmoid().sub(s.sigmoid()), close)
      }),
      examples(50),
    ))

  test('of large logits is finite, and so is its gradient', () => {
    const x = parameter([1e4, 1e4, -1e4, -1e4])
    const losses = bceWithLogits(x, tensor([1, 0, 1, 0]), { reduction: 'none' })
    expectClose(losses, tensor([0, 1e4, 1e4, 0]), exact)
    losses.sum().backward()
    expectClose(gradOf(x), tensor([0, 1, -1, 0]), exact)
  })

  test('keeps its digits where it is almost 0, also in float32', () => {
    const losses = bceWithLogits(tensor([20, -20]), tensor([1, 0]), { reduction: 'none' })
    const wanted = Math.log1p(Math.exp(-20))
    for (const loss of losses.data) expect(loss / wanted).toBeCloseTo(1, 5)
  })
})

test('mse is (x − t)²', () =>
  fc.assert(
    fc.property(two, ([x, t]) => {
      const wanted = Array.from(x.data, (value: number, i: number) => (value - t.data[i]) ** 2)
      expect(Array.from(mse(x, t, { reduction: 'none' }).data)).toEqual(wanted)
    }),
    examples(50),
  ))

describe('reduction', () => {
  const rng = new Random(6)
  const [x, t] = [rng.normal([3, 4]), rng.uniform([3, 4])]
  const classes = tensor(Int32Array.of(3, 0, 1))

  test.each<[string, (reduction?: Reduction) => Variable]>([
    ['mse', (reduction) => mse(x, t, { reduction })],
    ['bceWithLogits', (reduction) => bceWithLogits(x, t, { reduction })],
    ['crossEntropy', (reduction) => crossEntropy(x, classes, { reduction })],
  ])('%s', (_, loss) => {
    const losses = loss('none').value
    expect(losses.size).toBeGreaterThan(1)
    expect(loss('sum').item()).toBe(losses.sum().item())
    expect(loss('mean').item()).toBe(losses.mean().item())
    expect(loss().item()).toBe(loss('mean').item())
  })
})

function gradOf(x: Variable): Tensor {
  return x.grad?.value ?? expect.fail('no gradient')
}
