import { parameter, tapeRows, type Variable } from '@unroll/autograd'
import {
  bceWithLogits,
  crossEntropy,
  huber,
  klDiv,
  type LossOptions,
  l1,
  mse,
  nll,
  sequenceMask,
  smoothL1,
} from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { examples } from './support/networks.js'
import { classesFor } from './support/targets.js'

const close = { rtol: 1e-12, atol: 1e-12 }
const exact = { rtol: 0, atol: 0 }
const f64 = { dtype: 'float64' } as const
const ints = (...values: number[]) => tensor(Int32Array.from(values))
const bools = (...values: boolean[]) => tensor(values)

describe('losses of errors', () => {
  const two = tensors({ dtype: 'float64', minRank: 0, maxRank: 3, min: -4, max: 4 }).chain((x) =>
    fc.tuple(fc.constant(x), tensors({ dtype: 'float64', min: -4, max: 4, shape: x.shape })),
  )
  const size = fc.integer({ min: 1, max: 64 }).map((n) => n / 16)

  /** The loss of each error d is as its definition says, piece by piece. */
  function expectEach(
    loss: (x: Tensor, t: Tensor, size: number) => Variable,
    definition: (d: number, size: number) => number,
  ): void {
    fc.assert(
      fc.property(two, size, ([x, t], size) => {
        const wanted = Array.from(x.data, (value: number, i: number) => definition(value - t.data[i], size))
        expectClose(loss(x, t, size), tensor(wanted, f64).reshape(x.shape), close)
      }),
      examples(50),
    )
  }
  const none = { reduction: 'none' } as const

  test('l1 is |d|', () => expectEach((x, t) => l1(x, t, none), Math.abs))

  test('huber is ½ d² up to δ, and δ (|d| − ½ δ) beyond', () =>
    expectEach(
      (x, t, delta) => huber(x, t, { ...none, delta }),
      (d, delta) => (Math.abs(d) <= delta ? d ** 2 / 2 : delta * (Math.abs(d) - delta / 2)),
    ))

  test('smoothL1 is ½ d² / β below β, and |d| − ½ β beyond', () =>
    expectEach(
      (x, t, beta) => smoothL1(x, t, { ...none, beta }),
      (d, beta) => (Math.abs(d) < beta ? d ** 2 / (2 * beta) : Math.abs(d) - beta / 2),
    ))

  test('δ and β are 1 unless told, and with β = 0 smoothL1 is l1', () => {
    const [x, t] = [tensor([3, 0.5, 0]), tensor([0, 0, 0])]
    expect(huber(x, t, none).toArray()).toEqual([2.5, 0.125, 0])
    expect(smoothL1(x, t, none).toArray()).toEqual([2.5, 0.125, 0])
    expect(smoothL1(x, t, { ...none, beta: 0 }).toArray()).toEqual([3, 0.5, 0])
  })

  test('huge errors pull no harder than δ', () => {
    const x = parameter([1e30, -1e30])
    huber(x, tensor([0, 0]), { delta: 2, reduction: 'sum' }).backward()
    expect(gradOf(x).toArray()).toEqual([2, -2])
  })
})

describe('over classes, with all options', () => {
  interface Row {
    readonly logs: readonly number[]
    readonly y: number
    readonly counts: boolean
  }

  /** PyTorch's definition, one row after another: the losses, and what their mean is. */
  function defined(rows: readonly Row[], w: readonly number[], smoothing: number): [number[], number] {
    const C = w.length
    const losses = rows.map(({ logs, y, counts }) => {
      if (!counts) return 0
      const spread = logs.reduce((sum, log, c) => sum - w[c] * log, 0)
      return (1 - smoothing) * -w[y] * logs[y] + (smoothing / C) * spread
    })
    const weights = rows.map(({ y, counts }) => (counts ? w[y] : 0))
    return [losses, losses.reduce((a, b) => a + b) / weights.reduce((a, b) => a + b)]
  }

  const cases = fc.record({
    n: fc.integer({ min: 1, max: 5 }),
    C: fc.integer({ min: 1, max: 4 }),
    weighted: fc.boolean(),
    labelSmoothing: fc.constantFrom(0, 0.1, 1),
    ignored: fc.boolean(),
    masked: fc.boolean(),
    seed: fc.nat(),
  })

  test('crossEntropy, and nll of its log-probabilities, are as PyTorch defines them', () =>
    fc.assert(
      fc.property(cases, ({ n, C, weighted, labelSmoothing, ignored, masked, seed }) => {
        const rng = new Random(seed)
        const x = rng.normal([n, C], 0, 2, f64)
        const classes = classesFor(x, 1, seed)
        // The first counts, so that there is a mean.
        const mask = rng.bernoulli([n], 0.5).cast('bool').set([0], 1)
        const ignoreIndex = C === 1 ? -100 : (classes.get(0) + 1) % C
        const weight = rng.uniform([C], 0.5, 2, f64)
        const options = {
          mask: masked ? mask : undefined,
          ignoreIndex: ignored ? ignoreIndex : undefined,
          weight: weighted ? weight : undefined,
        }
        const logs = x.logSoftmax()
        const rows = Array.from({ length: n }, (_, i) => ({
          logs: Array.from(logs.slice(i).data),
          y: classes.get(i),
          counts: !(masked && mask.get(i) === 0) && !(ignored && classes.get(i) === ignoreIndex),
        }))
        const w = weighted ? Array.from(weight.data) : Array(C).fill(1)

        const [losses, mean] = defined(rows, w, labelSmoothing)
        const each = { ...options, labelSmoothing, reduction: 'none' } as const
        expectClose(crossEntropy(x, classes, each), tensor(losses, f64), close)
        expectClose(crossEntropy(x, classes, { ...options, labelSmoothing }), tensor(mean, f64), close)

        const [plain, plainMean] = defined(rows, w, 0)
        expectClose(nll(logs, classes, { ...options, reduction: 'none' }), tensor(plain, f64), close)
        expectClose(nll(logs, classes, options), tensor(plainMean, f64), close)
      }),
      examples(100),
    ))

  test('crossEntropy of probabilities weighs each class, and the mean is over the targets', () => {
    const rng = new Random(3)
    const x = rng.normal([2, 3, 4], 0, 1, f64)
    const t = rng.normal([2, 3, 4], 0, 1, f64).softmax(1)
    const weight = tensor([1, 2, 0.5], f64)
    const smooth = t.mul(0.7).add(0.1)
    const terms = smooth.mul(x.logSoftmax(1)).mul(weight.unsqueeze(1))
    const options = { axis: 1, weight, labelSmoothing: 0.3 }
    expectClose(crossEntropy(x, t, options), terms.sum().neg().div(8), close)
    expectClose(crossEntropy(x, t, { ...options, reduction: 'none' }), terms.sum(1).neg(), close)
  })

  test('targets of −100 are ignored unless told otherwise, as in PyTorch', () => {
    const x = parameter(new Random(1).normal([3, 4]))
    const alone = crossEntropy(x.value.slice([0, 2]), ints(2, 0))
    const loss = crossEntropy(x, ints(2, 0, -100))
    expectClose(loss, alone.value, { rtol: 1e-6, atol: 0 })
    loss.backward()
    expect(gradOf(x).slice(2).toArray()).toEqual([0, 0, 0, 0])
    expect(gradOf(x).slice(0).abs().sum().item()).toBeGreaterThan(0)
  })

  test('ignored targets, masks and weights leave crossEntropy one entry on the tape', () => {
    const x = parameter(new Random(1).normal([3, 4]))
    const options = { weight: tensor([1, 2, 3, 4]), mask: bools(true, true, false), ignoreIndex: 0 }
    const loss = crossEntropy(x, ints(1, 0, 3), options)
    expect(tapeRows(loss).map(({ op }) => op)).toEqual(['leaf', 'crossEntropy'])
  })

  test('a class of weight 0 neither counts nor pulls', () => {
    const x = parameter(new Random(1).normal([2, 3], 0, 1, f64))
    const loss = crossEntropy(x, ints(0, 1), { weight: tensor([0, 1, 1]) })
    expectClose(loss, crossEntropy(x.value.slice([1, 2]), ints(1)).value, close)
    loss.backward()
    expect(gradOf(x).slice(0).abs().toArray()).toEqual([0, 0, 0])
  })

  test('losses keep the dtype of the logits, whatever that of the weights', () => {
    const x = parameter(new Random(1).normal([2, 3]))
    const loss = crossEntropy(x, ints(0, 1), { weight: tensor([1, 2, 3], f64) })
    expect(loss.dtype).toBe('float32')
    loss.backward()
    expect(gradOf(x).dtype).toBe('float32')
    expect(bceWithLogits(x, x.detach().sigmoid(), { weight: tensor([1, 2, 3], f64) }).dtype).toBe('float32')
  })

  test('a single target is a loss, too', () => {
    const x = tensor([1, 2, 3], f64)
    expectClose(
      crossEntropy(x, ints(1).reshape([]), { weight: tensor([3, 4, 5]) }),
      x.logSoftmax().slice(1).neg(),
      close,
    )
  })
})

describe('bceWithLogits', () => {
  test('weighs yes by posWeight, and each loss by weight; the mean is over all', () => {
    const rng = new Random(1)
    const x = rng.normal([4, 3], 0, 2, f64)
    const t = rng.uniform([4, 3], 0, 1, f64)
    const [weight, posWeight] = [tensor([[1], [2], [0], [3]], f64), tensor([1, 5, 0.5], f64)]
    const yes = x.sigmoid().log().mul(t).mul(posWeight)
    const no = x.neg().sigmoid().log().mul(t.neg().add(1))
    const wanted = yes.add(no).mul(weight).neg()
    expectClose(bceWithLogits(x, t, { weight, posWeight, reduction: 'none' }), wanted, close)
    expectClose(bceWithLogits(x, t, { weight, posWeight }), wanted.mean(), close)
  })
})

describe('klDiv', () => {
  test('of distributions, batchMean is Σ t log (t / p) over the batch', () => {
    const rng = new Random(1)
    const [p, t] = [rng.normal([3, 4], 0, 1, f64).softmax(), rng.normal([3, 4], 0, 1, f64).softmax()]
    const wanted = t.mul(t.div(p).log()).sum().div(3)
    expectClose(klDiv(p.log(), t, { reduction: 'batchMean' }), wanted, close)
    expectClose(klDiv(p.log(), t.log(), { reduction: 'batchMean', logTarget: true }), wanted, close)
    expectClose(klDiv(t.log(), t, { reduction: 'none' }), t.mul(0), close)
  })

  test.each<[string, number[], boolean]>([
    ['probabilities', [0, 1, 0], false],
    ['log-probabilities', [-Infinity, 0, -Infinity], true],
  ])('is 0 where the target is, given as %s, and so are the gradients', (_, target, logTarget) => {
    const [x, t] = [parameter([-1, -0.5, -Infinity]), parameter(target)]
    const terms = klDiv(x, t, { logTarget, reduction: 'none' })
    expect(terms.toArray()).toEqual([0, 0.5, 0])
    terms.sum().backward()
    expect(gradOf(x).toArray()).toEqual([0, -1, 0])
    expect(gradOf(t).toArray()).toEqual([0, 1.5, 0])
  })
})

describe('a mask', () => {
  const rng = new Random(5)
  const x = rng.normal([3, 4, 2], 0, 1, f64)
  const t = rng.normal([3, 4, 2], 0, 1, f64).softmax()
  const classes = classesFor(x, -1, 1)
  const each: [string, (x: Variable | Tensor, t: Tensor, classes: Tensor, o: LossOptions) => Variable][] = [
    ['mse', (x, t, _, o) => mse(x, t, o)],
    ['l1', (x, t, _, o) => l1(x, t, o)],
    ['huber', (x, t, _, o) => huber(x, t, o)],
    ['smoothL1', (x, t, _, o) => smoothL1(x, t, o)],
    ['bceWithLogits', (x, t, _, o) => bceWithLogits(x, t, { ...o, posWeight: tensor([2, 3]) })],
    ['klDiv', (x, t, _, o) => klDiv(x, t, o)],
    ['klDiv of log-probabilities', (x, t, _, o) => klDiv(x, t, { ...o, logTarget: true })],
    ['nll', (x, _, classes, o) => nll(x, classes, { ...o, weight: tensor([2, 3]) })],
    ['crossEntropy', (x, _, classes, o) => crossEntropy(x, classes, o)],
    [
      'crossEntropy, weighed',
      (x, _, classes, o) => crossEntropy(x, classes, { ...o, weight: tensor([2, 3]) }),
    ],
    ['crossEntropy, smoothed', (x, _, classes, o) => crossEntropy(x, classes, { ...o, labelSmoothing: 0.1 })],
    ['crossEntropy of probabilities', (x, t, _, o) => crossEntropy(x, t, o)],
  ]

  test.each(each)('makes %s that of the steps that count, whatever stands in the padding', (_, loss) => {
    const lengths = [2, 4, 1]
    const mask = sequenceMask(lengths, 4)
    const [spoiltX, spoiltT, spoiltClasses] = [x.copy(), t.copy(), classes.copy()]
    lengths.forEach((length, b) => {
      spoiltX.slice(b, [length, null]).fill(Number.NaN)
      spoiltT.slice(b, [length, null]).fill(Number.NaN)
      spoiltClasses.slice(b, [length, null]).fill(-1)
    })
    const steps = ints(...lengths.flatMap((length, b) => Array.from({ length }, (_, t) => 4 * b + t)))
    const only = (values: Tensor) => values.flatten(0, 1).indexSelect(0, steps)

    for (const reduction of ['mean', 'sum'] as const) {
      const [padded, alone] = [parameter(spoiltX), parameter(only(x))]
      const got = loss(padded, spoiltT, spoiltClasses, { reduction, mask })
      const wanted = loss(alone, only(t), only(classes), { reduction })
      expectClose(got, wanted, close)
      got.backward()
      wanted.backward()
      const gradient = gradOf(padded).flatten(0, 1)
      expectClose(gradient.indexSelect(0, steps), gradOf(alone), close)
      expect(gradOf(padded).slice(0, [2, null]).abs().sum().item()).toBe(0)
      expect(gradient.notEqual(0).any(-1).sum().item()).toBe(7)
    }

    const single = loss(spoiltX, spoiltT, spoiltClasses, { reduction: 'none', mask })
    const whole = loss(x, t, classes, { reduction: 'none' })
    for (let b = 0; b < 3; b++) {
      expectClose(single.slice(b, [0, lengths[b]]), whole.slice(b, [0, lengths[b]]), exact)
      expect(single.slice(b, [lengths[b], null]).equal(0).all().item()).toBe(1)
    }
  })

  test('that lets all count changes nothing', () => {
    const mask = sequenceMask([4, 4, 4], 4)
    for (const [, loss] of each)
      expectClose(loss(x, t, classes, { mask }), loss(x, t, classes, {}), { rtol: 1e-14, atol: 0 })
  })

  test('that lets none count makes the sum 0', () => {
    const mask = sequenceMask([1, 1, 1], 4)
      .logicalNot()
      .equal(sequenceMask([1, 1, 1], 4))
    for (const [, loss] of each) expect(loss(x, t, classes, { mask, reduction: 'sum' }).item()).toBe(0)
  })

  test('of missing values lets a series with gaps be learned from', () => {
    const series = tensor([1, Number.NaN, 3])
    const prediction = parameter([0, 0, 0])
    const loss = mse(prediction, series, { mask: series.isFinite() })
    expect(loss.item()).toBe(5)
    loss.backward()
    expect(gradOf(prediction).toArray()).toEqual([-1, 0, -3])
  })

  test('of the lengths of sequences is true at their steps', () => {
    const wanted = [
      [true, false, false],
      [true, true, true],
    ]
    expect(sequenceMask([1, 3], 3).toArray()).toEqual(wanted)
    expect(sequenceMask(ints(1, 3), 3).toArray()).toEqual(wanted)
  })
})

describe('logits of ±1000', () => {
  const hot = tensor([[1, 0]], f64)

  test.each<[string, (x: Variable) => Variable, loss: number, gradient: number[]]>([
    ['crossEntropy', (x) => crossEntropy(x, ints(1)), 2000, [1, -1]],
    [
      'crossEntropy, weighed',
      (x) => crossEntropy(x, ints(1), { weight: tensor([1, 3]), reduction: 'sum' }),
      6000,
      [3, -3],
    ],
    ['crossEntropy, smoothed', (x) => crossEntropy(x, ints(1), { labelSmoothing: 0.5 }), 1500, [0.75, -0.75]],
    ['crossEntropy of probabilities', (x) => crossEntropy(x, hot), 0, [0, 0]],
    [
      'bceWithLogits',
      (x) => bceWithLogits(x, hot.sub(1).neg(), { posWeight: tensor([2, 3]), reduction: 'sum' }),
      4000,
      [1, -3],
    ],
  ])('%s is finite, and so is its gradient', (_, loss, value, gradient) => {
    const x = parameter(tensor([[1000, -1000]], f64))
    const got = loss(x)
    expectClose(got, tensor(value, f64), close)
    got.backward()
    expectClose(gradOf(x), tensor([gradient], f64), close)
  })

  test('a class of probability 0 may be ruled out by a logit of −∞', () => {
    const [x, t] = [parameter([[1, 1, -Infinity]]), parameter([[0.5, 0.5, 0]])]
    const loss = crossEntropy(x, t)
    expectClose(loss, tensor(Math.LN2), { rtol: 1e-6, atol: 0 })
    loss.backward()
    expectClose(gradOf(x), tensor([[0, 0, 0]]), { rtol: 0, atol: 1e-7 })
    expect(gradOf(t).isFinite().all().item()).toBe(1)
  })
})

function gradOf(x: Variable): Tensor {
  return x.grad?.value ?? expect.fail('no gradient')
}
