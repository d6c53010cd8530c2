import { gradients, parameter, tapeRows, type Variable, variable } from '@unroll/autograd'
import { checkGradients } from '@unroll/autograd/testing'
import { ctc, type Reduction } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { collapsed, pathsOf } from './support/ctc-paths.js'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

const close = { rtol: 1e-10, atol: 1e-12 }

/** A batch that a loss can be taken of. */
interface Batch {
  readonly logits: Tensor
  readonly targets: number[][]
  readonly inputLengths: number[]
  readonly blank: number
}

/** Small batches: empty targets, repeated labels, and targets that are too long among them. */
function batches(most: { B: number; T: number; C: number; L: number }): fc.Arbitrary<Batch> {
  return fc
    .record({
      B: fc.integer({ min: 1, max: most.B }),
      T: fc.integer({ min: 1, max: most.T }),
      C: fc.integer({ min: 2, max: most.C }),
      seed: fc.nat(),
    })
    .map(({ B, T, C, seed }) => {
      const rng = new Random(seed)
      const blank = rng.integer(C)
      const label = () => (blank + 1 + rng.integer(C - 1)) % C
      return {
        logits: rng.normal([B, T, C], 0, 2, { dtype: 'float64' }),
        targets: Array.from({ length: B }, () => Array.from({ length: rng.integer(most.L + 1) }, label)),
        inputLengths: Array.from({ length: B }, () => 1 + rng.integer(T)),
        blank,
      }
    })
}

describe('ctc', () => {
  test('is −log of the sum over all paths that stand for the target', () =>
    fc.assert(
      fc.property(batches({ B: 2, T: 5, C: 3, L: 3 }), ({ logits, targets, inputLengths, blank }) => {
        const y = logits.logSoftmax()
        const losses = targets.map((target, b) => {
          const own = y.slice(b, [0, inputLengths[b]])
          const standing = pathsOf(own).filter(({ path }) => `${collapsed(path, blank)}` === `${target}`)
          return -Math.log(standing.reduce((sum, { p }) => sum + p, 0))
        })
        const options = { inputLengths, blank, reduction: 'none' } as const
        expectClose(ctc(y, targets, options), tensor(losses, { dtype: 'float64' }), close)
      }),
      examples(60),
    ))

  test('has the gradients of its composed form', () =>
    fc.assert(
      fc.property(batches({ B: 3, T: 6, C: 4, L: 3 }), ({ logits, targets, inputLengths, blank }) => {
        const x = parameter(logits)
        const dy = variable(new Random(1).normal([targets.length], 0, 1, { dtype: 'float64' }))
        const options = { inputLengths, blank, reduction: 'none' } as const
        // With createGraph, the composed form takes the place of the other.
        const [fused, composed] = [false, true].map((createGraph) => {
          const losses = ctc(x.logSoftmax(), targets, options)
          return gradients(losses, [x], { dy, createGraph })[0]
        })
        expectClose(fused, composed, close)
      }),
      examples(60),
    ))

  test('has the right gradients of first and second order, also by the log-probabilities', () => {
    const cases = fc.tuple(
      batches({ B: 2, T: 3, C: 3, L: 2 }),
      fc.constantFrom<Reduction>('mean', 'sum', 'none'),
      fc.boolean(),
    )
    checkGradients(
      cases.map(([{ logits, targets, inputLengths, blank }, reduction, direct]) => {
        const options = { inputLengths, blank, reduction, zeroInfinity: true }
        if (direct)
          return { f: (y: Variable) => ctc(y, targets, options), inputs: [logits.abs().add(0.1).neg()] }
        return { f: (x: Variable) => ctc(x.logSoftmax(), targets, options), inputs: [logits] }
      }),
      examples(30),
    )
  })

  test('has as gradient by the logits softmax − p(class | target): its sum at every step is 0', () => {
    const x = parameter(new Random(1).normal([1, 50, 7]))
    ctc(x.logSoftmax(), [[1, 1, 2, 6, 3]]).backward()
    const sums = x.grad?.value.sum(-1) ?? expect.fail('no gradient')
    for (const sum of sums.data) expect(Math.abs(sum)).toBeLessThan(1e-6)
  })

  test('takes targets padded, one after another, and as lists', () => {
    const y = new Random(2).normal([3, 6, 4]).logSoftmax()
    const wanted = ctc(y, [[1, 2], [], [3, 3, 1]])
    const padded = tensor(
      [
        [1, 2, -1],
        [0, 0, 99],
        [3, 3, 1],
      ],
      { dtype: 'int32' },
    )
    const targetLengths = [2, 0, 3]
    const joined = tensor(Int32Array.of(1, 2, 3, 3, 1))
    for (const targets of [padded, joined, variable(joined)])
      expect(ctc(y, targets, { targetLengths }).item()).toBe(wanted.item())
    expect(ctc(y, joined, { targetLengths: tensor(Int32Array.from(targetLengths)) }).item()).toBe(
      wanted.item(),
    )
  })

  test('takes PyTorch’s layout, and one sequence without a batch', () => {
    const y = new Random(2).normal([2, 6, 4]).logSoftmax()
    const targets = tensor(
      [
        [1, 2],
        [3, 3],
      ],
      { dtype: 'int32' },
    )
    const losses = ctc(y, targets, { reduction: 'none' })
    const options = { batchFirst: false, reduction: 'none' } as const
    expect(ctc(y.transpose(0, 1), targets, options).toArray()).toEqual(losses.toArray())
    const one = ctc(y.slice(0), targets.slice(0), { reduction: 'none' })
    expect(one.shape).toEqual([])
    expect(one.item()).toBe(losses.value.get(0))
    expect(ctc(y.slice(0), targets.slice(0), { inputLengths: [6], targetLengths: [2] }).item()).toBeCloseTo(
      losses.value.get(0) / 2,
      6,
    )
  })

  test('averages losses over their labels, an empty target counting as one', () => {
    const y = new Random(3).normal([3, 6, 4], 0, 1, { dtype: 'float64' }).logSoftmax()
    const targets = [[1, 2, 3], [], [2]]
    const [a, b, c] = ctc(y, targets, { reduction: 'none' }).data
    expect(ctc(y, targets).item()).toBeCloseTo((a / 3 + b + c) / 3, 12)
    expect(ctc(y, targets, { reduction: 'sum' }).item()).toBeCloseTo(a + b + c, 12)
  })

  test('of a target that is too long is Infinity, with a gradient of 0; or 0 with zeroInfinity', () => {
    const logits = new Random(4).normal([2, 3, 3])
    const targets = [
      [1, 1, 2],
      [1, 2, 1],
    ]
    for (const zeroInfinity of [false, true]) {
      const x = parameter(logits)
      const losses = ctc(x.logSoftmax(), targets, { reduction: 'none', zeroInfinity })
      expect(losses.value.get(0)).toBe(zeroInfinity ? 0 : Infinity)
      expect(losses.value.get(1)).toBeGreaterThan(0)
      losses.sum().backward()
      const { value } = x.grad ?? expect.fail('no gradient')
      expect(value.slice(0).equal(0).all().item()).toBe(1)
      expect(value.slice(1).abs().sum().item()).toBeGreaterThan(0)
      expect(value.isFinite().all().item()).toBe(1)
    }
  })

  test('of what a class of probability 0 would be needed for is Infinity as well', () => {
    const y = parameter([
      [0, -Infinity],
      [0, -Infinity],
    ])
    const loss = ctc(y, [[1]])
    expect(loss.item()).toBe(Infinity)
    loss.backward()
    expect(y.grad?.toArray()).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(ctc(y, [[]]).item()).toBe(0)
  })

  test('does not look at what is behind a sequence’s end', () => {
    const logits = new Random(5).normal([2, 5, 3])
    const spoilt = logits.copy()
    spoilt.slice(0, [3, null]).fill(Number.NaN)
    const [clean, other] = [logits, spoilt].map((values) => {
      const y = parameter(values.logSoftmax())
      ctc(y, [[1], [2, 1]], { inputLengths: [3, 5] }).backward()
      return y.grad ?? expect.fail('no gradient')
    })
    expect(other.toArray()).toEqual(clean.toArray())
    expect(clean.value.slice(0, [3, null]).equal(0).all().item()).toBe(1)
  })

  test('is one entry on the tape, and does not mind that targets change before the way back', () => {
    const y = parameter(new Random(6).normal([1, 5, 3]).logSoftmax())
    const targets = tensor([[1, 2]], { dtype: 'int32' })
    const loss = ctc(y, targets, { reduction: 'sum' })
    expect(tapeRows(loss).map(({ op }) => op)).toEqual(['leaf', 'ctc', 'sum'])
    targets.fill(1)
    loss.backward()
    const again = parameter(y.value)
    ctc(again, [[1, 2]], { reduction: 'sum' }).backward()
    expect(y.grad?.toArray()).toEqual(again.grad?.toArray())
  })

  test('keeps its digits over long sequences, where a path’s probability is below any float', () => {
    const [T, C, L] = [2000, 4, 300]
    const y = tensor([-Math.log(C)], { dtype: 'float64' }).expand([1, T, C])
    const target = Array.from({ length: L }, (_, i) => 1 + (i % (C - 1))) // no label twice in a row
    // All paths are equally likely, and C(T + L, 2 L) stand for the target: each label takes a run, blanks may lie between.
    const logFactorial = (n: number) => {
      let sum = 0
      for (let i = 2; i <= n; i++) sum += Math.log(i)
      return sum
    }
    const count = logFactorial(T + L) - logFactorial(2 * L) - logFactorial(T - L)
    expect(ctc(y, [target], { reduction: 'sum' }).item()).toBeCloseTo(T * Math.log(C) - count, 6)
  })
})

const y = new Random(1).normal([2, 4, 3]).logSoftmax()
const ints = (values: number[]) => tensor(Int32Array.from(values))
expectRefusals([
  [
    'PyTorch’s name of an option',
    () => ctc(y, [[1], [1]], { zero_infinity: true } as object),
    /^ctc: has no option zero_infinity: did you mean zeroInfinity\?$/,
  ],
  [
    'logits',
    () => ctc(tensor([[1, 2]]), [[1]]),
    /^ctc: wants log-probabilities, none above 0 .* got 1 in sequence 0$/,
  ],
  [
    'NaN',
    () => ctc(tensor([[Number.NaN, 0]]), [[1]]),
    /^ctc: wants log-probabilities, .* got NaN in sequence 0$/,
  ],
  [
    'no batch of sequences',
    () => ctc(y.slice(0, 0), [[1]]),
    /^ctc: wants log-probabilities \[B, T, C\] or, .* got \[3\] float32$/,
  ],
  [
    'ints',
    () => ctc(ints([0, 0]).reshape([1, 1, 2]), [[1]], { batchFirst: false }),
    /^ctc: wants log-probabilities \[T, B, C\] .* int32$/,
  ],
  ['a number', () => ctc(wrong(1), [[1]]), /^ctc: wants a Variable or a Tensor, got 1$/],
  [
    'an empty sequence',
    () => ctc(y.slice(null, [0, 0]), [[], []]),
    /^ctc: the sequence is empty: .* \[2, 0, 3\]/,
  ],
  [
    'another blank',
    () => ctc(y, [[1], [1]], { blank: 3 }),
    /^ctc: blank is one of the classes 0 … 2, got 3$/,
  ],
  [
    'a layout that is no boolean',
    () => ctc(y, [[1], [1]], { batchFirst: wrong('no') }),
    /^ctc: batchFirst is true or false, got string$/,
  ],
  [
    'zeroInfinity that is no boolean',
    () => ctc(y, [[1], [1]], { zeroInfinity: wrong(1) }),
    /^ctc: zeroInfinity is true or false, got 1$/,
  ],
  [
    'another reduction',
    () => ctc(y, [[1], [1]], { reduction: wrong('avg') }),
    /^ctc: reduction is mean, sum or none, got avg$/,
  ],
  [
    'too long an input',
    () => ctc(y, [[1], [1]], { inputLengths: [4, 5] }),
    /^ctc: inputLengths: wants lengths from 1 to 4 .* got 5 for sequence 1$/,
  ],
  [
    'lengths for another batch',
    () => ctc(y, [[1], [1]], { inputLengths: [4] }),
    /^ctc: inputLengths: wants lengths \[2\] int32/,
  ],
  [
    'float targets',
    () => ctc(y, tensor([[1], [1]])),
    /^ctc: wants targets of int32, \[2, S\], .* got \[2, 1\] float32$/,
  ],
  [
    'targets for another batch',
    () => ctc(y, ints([1, 1, 1]).reshape([3, 1])),
    /^ctc: wants targets of int32, .* got \[3, 1\] int32$/,
  ],
  [
    'a scalar as target',
    () => ctc(y, ints([1]).reshape([])),
    /^ctc: wants targets of int32, .* got \[\] int32$/,
  ],
  [
    'a batch of targets for one sequence',
    () => ctc(y.slice(0), ints([1]).reshape([1, 1])),
    /^ctc: wants targets of int32, \[S\]; got \[1, 1\] int32$/,
  ],
  [
    'joined targets without lengths',
    () => ctc(y, ints([1, 2])),
    /^ctc: targets \[2\] one after another want targetLengths/,
  ],
  [
    'joined targets of other lengths',
    () => ctc(y, ints([1, 2]), { targetLengths: [1, 0] }),
    /add up to 2, not 1$/,
  ],
  [
    'lengths that are too long',
    () => ctc(y, ints([1, 2]), { targetLengths: [1, 3] }),
    /^ctc: wants targetLengths from 0 to 2 .* got 3 for sequence 1$/,
  ],
  [
    'a negative length',
    () => ctc(y, ints([1, 2]), { targetLengths: [-1, 2] }),
    /^ctc: wants targetLengths from 0 to 2 .* got -1 for sequence 0$/,
  ],
  [
    'too few lengths',
    () => ctc(y, ints([1, 2]), { targetLengths: [2] }),
    /^ctc: wants targetLengths for 2 sequences, got 1$/,
  ],
  [
    'float lengths',
    () => ctc(y, ints([1, 2]), { targetLengths: tensor([1, 1]) }),
    /^ctc: wants targetLengths of dtype int32, got float32$/,
  ],
  [
    'a number of lengths',
    () => ctc(y, ints([1, 2]), { targetLengths: wrong(1) }),
    /^ctc: wants targetLengths as a Tensor or an array, got 1$/,
  ],
  [
    'lists with lengths',
    () => ctc(y, [[1], [1]], { targetLengths: [1, 1] }),
    /^ctc: lists of labels have their own lengths/,
  ],
  [
    'too few lists',
    () => ctc(y, [[1]]),
    /^ctc: wants as targets a Tensor, or a list of labels for each of 2 sequences, got 1 of an array$/,
  ],
  ['numbers', () => ctc(y, wrong([1, 2])), /^ctc: wants as targets a Tensor, or a list .* got 2 of 1$/],
  ['no targets', () => ctc(y, wrong()), /^ctc: wants as targets a Tensor, .* got undefined$/],
  [
    'a label that is no integer',
    () => ctc(y, [[1], [1.5]]),
    /^ctc: target 1 has a label that is no integer: 1.5$/,
  ],
  [
    'a label out of range',
    () => ctc(y, [[1], [3]]),
    /^ctc: label 3 of target 1 is out of range \(want 0 … 2\)$/,
  ],
  ['a negative label', () => ctc(y, [[-1], [1]]), /^ctc: label -1 of target 0 is out of range/],
  ['the blank as label', () => ctc(y, [[1], [1, 0]]), /^ctc: target 1 has the label 0, which is the blank$/],
])
