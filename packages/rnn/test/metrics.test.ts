import {
  accuracy,
  type ConfusionMatrix,
  confusionMatrix,
  f1,
  type HitOptions,
  Meter,
  type Metric,
  mae,
  perplexity,
  precision,
  recall,
  rmse,
  type Seen,
} from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

/** The figure of one batch. */
function measure<Value>(metric: Metric<unknown, Seen, Value>, seen: Seen): Value {
  return over(metric, [seen])
}

/** The figure of several batches. */
function over<Value>(metric: Metric<unknown, Seen, Value>, batches: readonly Seen[]): Value {
  const meter = new Meter(metric)
  for (const seen of batches) meter.add(seen)
  return meter.value()
}

const ints = (...values: number[]) => tensor(values, { dtype: 'int32' })

describe('accuracy', () => {
  const target = ints(0, 2, 1, 1)
  const logits = tensor([
    [3, 1, 2], // 0, right; then 2, 1
    [5, 4, 1], // 0, wrong, and 2 is the last of all
    [2, 1, 0], // 0, wrong, and 1 is the second
    [0, 7, 7], // 1: the first of equals
  ])

  test('is the part of the classes with the highest score', () => {
    expect(measure(accuracy(), { prediction: logits, target })).toBe(2 / 4)
  })

  test('takes classes as they are', () => {
    expect(measure(accuracy(), { prediction: ints(0, 2, 2, 0), target })).toBe(2 / 4)
  })

  test.each([
    [1, 2 / 4],
    [2, 3 / 4],
    [3, 1],
    [4, 1],
  ])('among the %i highest it is %f', (topK, wanted) => {
    expect(measure(accuracy({ topK }), { prediction: logits, target })).toBe(wanted)
  })

  test('of equal scores, the first class is the higher', () => {
    const even = tensor([[1, 1, 1, 1]])
    const hits = [0, 1, 2, 3].map((c) =>
      measure(accuracy({ topK: 2 }), { prediction: even, target: ints(c) }),
    )
    expect(hits).toEqual([1, 1, 0, 0])
  })

  test('of one logit for each target, yes is above 0; of probabilities, above a threshold', () => {
    const answers = { prediction: tensor([-1, 0.2, 0.7, 0]), target: tensor([0, 0, 1, 1]) }
    expect(measure(accuracy(), answers)).toBe(2 / 4)
    expect(measure(accuracy({ threshold: 0.5 }), answers)).toBe(3 / 4)
    const bools = { ...answers, target: answers.target.cast('bool') }
    expect(measure(accuracy({ threshold: 0.5 }), bools)).toBe(3 / 4)
  })

  test('finds the classes along another axis', () => {
    const prediction = logits.reshape([2, 2, 3])
    const wanted = measure(accuracy(), { prediction, target: target.reshape([2, 2]) })
    const seen = { prediction: prediction.permute([0, 2, 1]), target: target.reshape([2, 2]) }
    expect(measure(accuracy({ axis: 1 }), seen)).toBe(wanted)
    expect(measure(accuracy({ axis: 1, topK: 2 }), seen)).toBe(3 / 4)
  })
})

test('accuracy does not look at padding, whatever it holds', () => {
  const prediction = tensor([
    [1, 2],
    [Number.NaN, 0],
  ])
  for (const topK of [1, 2])
    expect(measure(accuracy({ ignoreIndex: -100, topK }), { prediction, target: ints(1, -100) })).toBe(1)
})

describe('perplexity', () => {
  test('of a model that knows nothing is the number of classes', () => {
    const seen = { prediction: tensor([[1, 1, 1, 1, 1]]), target: ints(3) }
    expect(measure(perplexity(), seen)).toBeCloseTo(5, 5)
  })

  test('of one that knows all is 1', () => {
    expect(measure(perplexity(), { prediction: tensor([[0, 50]]), target: ints(1) })).toBeCloseTo(1, 6)
  })

  test('is e to the mean loss over all that was seen, not the mean of those of the batches', () => {
    const probabilities = [0.5, 0.25, 0.125]
    const batches = probabilities.map((p) => ({
      prediction: tensor([[Math.log(p), Math.log(1 - p)]]),
      target: ints(0),
    }))
    expect(over(perplexity(), batches)).toBeCloseTo(4, 5) // (2 · 4 · 8)^(1/3)
  })

  test('does not look at padding, whatever it holds', () => {
    const prediction = tensor([
      [Math.log(0.25), Math.log(0.75)],
      [Number.NaN, 0],
    ])
    expect(measure(perplexity({ ignoreIndex: -100 }), { prediction, target: ints(0, -100) })).toBeCloseTo(
      4,
      5,
    )
  })
})

describe('errors', () => {
  const seen = { prediction: tensor([1, 2, 3, 4]), target: tensor([1, 4, 2, 0]) }

  test('mae is the mean of |p − t|, rmse the root of that of (p − t)²', () => {
    expect(measure(mae(), seen)).toBe((0 + 2 + 1 + 4) / 4)
    expect(measure(rmse(), seen)).toBe(Math.sqrt((0 + 4 + 1 + 16) / 4))
  })

  test('a mask, or lengths, leave padding out, NaN even', () => {
    const prediction = tensor([
      [1, 2, Number.NaN],
      [4, 5, 6],
    ])
    const target = tensor([
      [0, 0, 0],
      [4, 4, 4],
    ])
    const mask = tensor([
      [1, 1, 0],
      [1, 1, 1],
    ])
    for (const which of [{ mask }, { mask: mask.cast('bool') }, { lengths: [2, 3] }])
      expect(measure(mae(), { prediction, target, ...which })).toBe((1 + 2 + 0 + 1 + 2) / 5)
    expect(measure(mae(), { prediction, target, mask: ints(0, 1) })).toBe((0 + 1 + 2) / 3)
    expect(measure(mae(), { prediction, target, mask: ints(0, 1), lengths: [2, 2] })).toBe((0 + 1) / 2)
  })

  test('lengths hold for all features of a step', () => {
    const prediction = tensor([
      [
        [1, 1],
        [9, 9],
      ],
      [
        [2, 2],
        [3, 3],
      ],
    ])
    expect(measure(mae(), { prediction, target: prediction.mul(0), lengths: [1, 2] })).toBe(12 / 6)
  })
})

describe('precision, recall and F1', () => {
  // Figures of scikit-learn's precision_recall_fscore_support by its definition: of class 0, 1 hit, 1 alarm, 1 miss; of class 1,
  // 1 hit, 2 alarms, 1 miss; of class 2, 2 hits, 0 alarms, 1 miss. Class 3 stands nowhere.
  const target = ints(0, 0, 1, 1, 2, 2, 2)
  const predicted = ints(0, 1, 1, 0, 2, 2, 1)
  const scores = tensor([...predicted.data].map((c) => [0, 1, 2, 3].map((k) => +(k === c))))
  const [P, R, F] = [
    [1 / 2, 1 / 3, 1],
    [1 / 2, 1 / 2, 2 / 3],
    [1 / 2, 2 / 5, 4 / 5],
  ]
  const mean = (figures: number[]) => figures.reduce((a, b) => a + b) / figures.length
  const weighted = (figures: number[]) => (2 * figures[0] + 2 * figures[1] + 3 * figures[2]) / 7

  test.each<[HitOptions['average'], number, number, number]>([
    ['macro', mean(P), mean(R), mean(F)],
    ['weighted', weighted(P), weighted(R), weighted(F)],
    ['micro', 4 / 7, 4 / 7, 4 / 7],
  ])('average %s', (average, p, r, f) => {
    for (const prediction of [predicted, scores]) {
      expect(measure(precision({ average }), { prediction, target })).toBeCloseTo(p, 12)
      expect(measure(recall({ average }), { prediction, target })).toBeCloseTo(r, 12)
      expect(measure(f1({ average }), { prediction, target })).toBeCloseTo(f, 12)
    }
  })

  test('figures of scikit-learn 1.9.1', () => {
    const seen = {
      target: ints(0, 2, 1, 2, 3, 0, 2, 1, 1, 0, 2, 2),
      prediction: ints(0, 2, 4, 1, 2, 0, 2, 1, 0, 1, 2, 4),
    }
    const figures = (options: HitOptions) =>
      [precision(options), recall(options), f1(options)].map((metric) => +measure(metric, seen).toFixed(6))
    expect(figures({ average: 'macro' })).toEqual([0.35, 0.32, 0.333333])
    expect(figures({ average: 'micro' })).toEqual([0.5, 0.5, 0.5])
    expect(figures({ average: 'weighted' })).toEqual([0.5625, 0.5, 0.527778])
    expect(figures({ average: 'macro', zeroDivision: 1 })).toEqual([0.55, 0.52, 0.333333])
    expect(figures({ average: 'weighted', zeroDivision: 1 })).toEqual([0.645833, 0.5, 0.527778])

    const prediction = tensor([
      [2, 1, 0, 3],
      [1, 3, 2, 0],
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 0, 3, 2],
    ])
    const scored = { prediction, target: ints(0, 2, 0, 1, 2) }
    expect([1, 2, 3].map((topK) => measure(accuracy({ topK }), scored))).toEqual([0.2, 0.8, 0.8])
    expect(measure(perplexity(), scored)).toBeCloseTo(5.156147533235525, 5) // exp(log_loss)
  })

  test('of the positive class alone', () => {
    const seen = { prediction: ints(1, 1, 1, 0, 0), target: ints(1, 0, 0, 1, 0) } // 1 hit, 2 alarms, 1 miss
    expect(measure(precision(), seen)).toBe(1 / 3)
    expect(measure(recall(), seen)).toBe(1 / 2)
    expect(measure(f1(), seen)).toBe(2 / 5)
    expect(measure(recall({ positive: 0 }), seen)).toBe(1 / 3)
  })

  test('0 / 0 is 0, or what is said', () => {
    const never = { prediction: ints(0, 0), target: ints(0, 0) }
    expect([precision(), recall(), f1()].map((metric) => measure(metric, never))).toEqual([0, 0, 0])
    const options = { zeroDivision: 1 } as const
    expect(
      [precision(options), recall(options), f1(options)].map((metric) => measure(metric, never)),
    ).toEqual([1, 1, 1])
    // Class 1 is never predicted.
    const seen = { prediction: ints(0, 0), target: ints(0, 1) }
    expect(measure(precision({ average: 'macro' }), seen)).toBe(1 / 4)
    expect(measure(precision({ average: 'macro', zeroDivision: 1 }), seen)).toBe(3 / 4)
  })

  test('counted over all classes together, all three are the accuracy', () => {
    fc.assert(
      fc.property(labelled, ({ target, prediction }) => {
        const wanted = measure(accuracy(), { target, prediction })
        for (const metric of [precision, recall, f1])
          expect(measure(metric({ average: 'micro' }), { target, prediction })).toBeCloseTo(wanted, 12)
      }),
      examples(50),
    )
  })

  test('F1 is the harmonic mean of the other two', () => {
    fc.assert(
      fc.property(labelled, ({ target, prediction }) => {
        const seen = { target: target.equal(0).cast('int32'), prediction: prediction.equal(0).cast('int32') }
        const [p, r, f] = [precision(), recall(), f1()].map((metric) => measure(metric, seen))
        expect(f).toBeCloseTo(p + r === 0 ? 0 : (2 * p * r) / (p + r), 12)
      }),
      examples(50),
    )
  })
})

describe('the confusion matrix', () => {
  const seen = { target: ints(0, 0, 0, 1, 1), prediction: ints(0, 0, 1, 1, 0) }

  test('has a row for each class, and a column for each prediction', () => {
    expect(measure(confusionMatrix(2), seen).counts).toEqual([
      [2, 1],
      [1, 1],
    ])
  })

  test('can be read', () => {
    expect(`${measure(confusionMatrix(['ham', 'spam']), seen)}`).toBe(
      `
true ↓ predicted →  ham  spam
─────────────────────────────
ham                   2     1
spam                  1     1
`.trim(),
    )
  })

  test('its diagonal is the accuracy, its rows are how often each class stands there', () => {
    fc.assert(
      fc.property(labelled, ({ target, prediction }) => {
        const { counts }: ConfusionMatrix = measure(confusionMatrix(4), { target, prediction })
        const right = counts.reduce((sum, row, c) => sum + row[c], 0)
        expect(right / target.size).toBe(measure(accuracy(), { target, prediction }))
        const rows = counts.map((row) => row.reduce((a, b) => a + b))
        expect(rows).toEqual([0, 1, 2, 3].map((c) => target.equal(c).cast('int32').sum().item()))
      }),
      examples(50),
    )
  })

  test('is plain data once written down', () => {
    expect(JSON.parse(JSON.stringify(measure(confusionMatrix(2), seen)))).toEqual({
      counts: [
        [2, 1],
        [1, 1],
      ],
      labels: ['0', '1'],
    })
  })
})

/** Classes 0 … 3, and predictions of them. */
const labelled = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })), {
    minLength: 1,
    maxLength: 20,
  })
  .map((pairs) => ({ target: ints(...pairs.map(([t]) => t)), prediction: ints(...pairs.map(([, p]) => p)) }))

const all: [string, () => Metric<unknown, Seen, unknown>, 'classes' | 'numbers'][] = [
  ['accuracy', () => accuracy(), 'classes'],
  ['accuracy of the best two', () => accuracy({ topK: 2 }), 'classes'],
  ['perplexity', () => perplexity(), 'classes'],
  ['precision', () => precision({ average: 'macro' }), 'classes'],
  ['recall', () => recall({ average: 'weighted' }), 'classes'],
  ['f1', () => f1({ average: 'macro' }), 'classes'],
  ['confusion matrix', () => confusionMatrix(4), 'classes'],
  ['mae', () => mae(), 'numbers'],
  ['rmse', () => rmse(), 'numbers'],
]

describe.each(all)('%s', (_, metric, kind) => {
  /** Sequences of scores for 4 classes, or of numbers: B sequences of T steps. */
  const draw = (B: number, T: number, rng: Random): { prediction: Tensor; target: Tensor } =>
    kind === 'classes'
      ? { prediction: rng.normal([B, T, 4]), target: rng.uniform([B, T], 0, 4).cast('int32') }
      : { prediction: rng.normal([B, T]), target: rng.normal([B, T]) }

  test('batch by batch it is what it is at once', () => {
    const { prediction, target } = draw(6, 3, new Random(1))
    const parts = [
      [0, 1],
      [1, 4],
      [4, 6],
    ].map(([from, to]) => ({
      prediction: prediction.slice([from, to]),
      target: target.slice([from, to]),
    }))
    expectSame(over(metric(), parts), measure(metric(), { prediction, target }))
  })

  test('what lies beyond the lengths does not count, nor what a mask leaves out', () => {
    const rng = new Random(2)
    const { prediction, target } = draw(2, 4, rng)
    const short = [
      { prediction: prediction.slice([0, 1], [0, 2]), target: target.slice([0, 1], [0, 2]) },
      { prediction: prediction.slice([1, 2]), target: target.slice([1, 2]) },
    ]
    const mask = tensor([
      [1, 1, 0, 0],
      [1, 1, 1, 1],
    ])
    const wanted = over(metric(), short)
    expectSame(measure(metric(), { prediction, target, lengths: [2, 4] }), wanted)
    expectSame(measure(metric(), { prediction, target, mask }), wanted)
  })

  test('a state that was written down goes on', () => {
    const rng = new Random(3)
    const batches = [draw(2, 3, rng), draw(3, 3, rng)]
    const meter = new Meter(metric())
    meter.add(batches[0])
    const other = new Meter(metric())
    other.state = JSON.parse(JSON.stringify(meter.state))
    other.add(batches[1])
    expect(other.value()).toEqual(over(metric(), batches))
  })

  test('reset, it has seen nothing; and of nothing there is no figure', () => {
    const meter = new Meter(metric())
    meter.add(draw(1, 1, new Random(4)))
    meter.reset()
    expect(() => meter.value()).toThrow(/nothing was seen that counts, so there is no value$/)
  })
})

function expectSame(value: unknown, wanted: unknown): void {
  if (typeof wanted === 'number') expect(value).toBeCloseTo(wanted, 10)
  else expect(value).toEqual(wanted)
}

describe('refused', () => {
  const two = tensor([[1, 2]])
  expectRefusals([
    [
      'shapes that do not go together',
      () => measure(accuracy(), { prediction: two, target: ints(1, 0) }),
      /^accuracy: wants scores with the classes along axis -1 and, without it, the shape of the target \[2\]; got \[1, 2\]$/,
    ],
    [
      'NaN',
      () => measure(f1(), { prediction: tensor([Number.NaN]), target: ints(1) }),
      /^f1: the prediction holds NaN$/,
    ],
    [
      'NaN among scores',
      () => measure(accuracy({ topK: 2 }), { prediction: tensor([[Number.NaN, 1]]), target: ints(1) }),
      /^accuracy: the prediction holds NaN$/,
    ],
    [
      'a column of logits for a row of targets',
      () => measure(accuracy(), { prediction: tensor([[1], [-1]]), target: ints(1, 0) }),
      /^accuracy: wants a score for each class, got one score: for yes or no, squeeze \[2, 1\] to the shape/,
    ],
    [
      'a class that has no score',
      () => measure(accuracy(), { prediction: two, target: ints(2) }),
      /^accuracy: target class 2 is out of range \(want 0 … 1\)$/,
    ],
    ['topK 0', () => accuracy({ topK: 0 }), /^accuracy: topK is a positive integer, got 0$/],
    [
      'a class that is not there',
      () => measure(accuracy({ topK: 2 }), { prediction: two, target: ints(2) }),
      /^accuracy: target class 2 is out of range \(want 0 … 1\)$/,
    ],
    [
      'a negative class',
      () => measure(accuracy(), { prediction: two, target: ints(-100) }),
      /^accuracy: target class -100 is out of range/,
    ],
    [
      'a negative prediction',
      () => measure(accuracy(), { prediction: ints(-1), target: ints(0) }),
      /^accuracy: predicted class -1 is out of range/,
    ],
    [
      'numbers as classes',
      () => measure(f1(), { prediction: two, target: tensor([0.5]) }),
      /^f1: wants target classes as int32, or bools or floats that are 0 and 1/,
    ],
    [
      'three classes, with binary',
      () => measure(recall(), { prediction: ints(0), target: ints(2) }),
      /^recall: class 2: average binary wants two classes; use macro, micro or weighted$/,
    ],
    [
      'an unknown average',
      () => f1({ average: wrong('samples') }),
      /^f1: average is binary, macro, micro or weighted, got samples$/,
    ],
    ['an unknown zeroDivision', () => f1({ zeroDivision: wrong(2) }), /^f1: zeroDivision is 0 or 1, got 2$/],
    ['an unknown class', () => f1({ positive: wrong(2) }), /^f1: positive is 0 or 1, got 2$/],
    [
      'more classes than said',
      () => measure(confusionMatrix(2), { prediction: ints(2), target: ints(0) }),
      /^confusionMatrix: class 2 is out of range \(want 0 … 1\)$/,
    ],
    [
      'no classes',
      () => confusionMatrix(wrong()),
      /^confusionMatrix: wants the names of the classes, or how many there are, got undefined$/,
    ],
    [
      'broadcasting',
      () => measure(mae(), { prediction: tensor([1, 2]), target: tensor([[1], [2]]) }),
      /^mae: prediction \[2\] and target \[2, 1\] must have one shape$/,
    ],
    [
      'a prediction that is none',
      () => measure(rmse(), { prediction: wrong([1]), target: tensor([1]) }),
      /^rmse: wants the prediction as a Variable or a Tensor, got an array$/,
    ],
    [
      'a mask of another shape',
      () => measure(mae(), { prediction: two, target: two, mask: ints(1, 1) }),
      /^mae: wants a mask of the shape \[1, 2\], or of its first axes, got \[2\]$/,
    ],
    [
      'a mask of weights',
      () => measure(mae(), { prediction: two, target: two, mask: tensor([0.5]) }),
      /^mae: wants a mask of bools, or of 0 and 1/,
    ],
    [
      'lengths of no sequences',
      () => measure(mae(), { prediction: ints(1), target: ints(1), lengths: [1] }),
      /^mae: lengths want a target \[B, T, …\], got \[1\]$/,
    ],
    [
      'lengths beyond the end',
      () => measure(mae(), { prediction: two, target: two, lengths: [3] }),
      /^mae: wants lengths from 1 to 2/,
    ],
  ])
})
