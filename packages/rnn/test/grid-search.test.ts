import {
  Adam,
  crossEntropy,
  fit,
  type GridSearchOptions,
  gridSearch,
  kFold,
  type Space,
  type Trial,
} from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import { wrong } from './support/refusals.js'
import { dataset, Recaller } from './support/training.js'

const space = { cell: ['lstm', 'gru'], hidden: [8, 16, 32] } as const

test('every combination is tried, the last name running fastest', async () => {
  const { trials, ranking, reason } = await gridSearch(space, ({ cell, hidden }) => hidden + cell.length)
  expect(reason).toBe('finished')
  expect(trials.map(({ setting }) => setting)).toEqual([
    { cell: 'lstm', hidden: 8 },
    { cell: 'lstm', hidden: 16 },
    { cell: 'lstm', hidden: 32 },
    { cell: 'gru', hidden: 8 },
    { cell: 'gru', hidden: 16 },
    { cell: 'gru', hidden: 32 },
  ])
  expect(ranking[0]).toEqual({
    setting: { cell: 'gru', hidden: 8 },
    mean: 11,
    sd: null,
    scores: [11],
    failed: 0,
  })
  expect(ranking.map(({ mean }) => mean)).toEqual([11, 12, 19, 20, 35, 36])
  expect(JSON.parse(JSON.stringify({ trials, ranking }))).toEqual({ trials, ranking })
})

test('a setting is tried on all folds, and ranked by the mean; sd is that of a sample', async () => {
  const folds = kFold(6, 3, { rng: new Random(1) })
  const bonus = new Map(folds.map((fold, i) => [fold, [0, 1, 5][i]]))
  const { ranking, trials } = await gridSearch(
    { a: [1, 2] },
    ({ a }, { fold }) => {
      expect(fold.train.length + fold.test.length).toBe(6)
      return a * 10 + (bonus.get(fold) ?? Number.NaN)
    },
    { folds, mode: 'max' },
  )
  expect(trials.map(({ fold }) => fold)).toEqual([0, 1, 2, 0, 1, 2])
  expect(ranking[0]).toMatchObject({ setting: { a: 2 }, mean: 22, scores: [20, 21, 25], failed: 0 })
  expect(ranking[0].sd).toBeCloseTo(Math.sqrt((4 + 1 + 9) / 2), 12)
})

test('a trial that fails is written down, and comes last', async () => {
  const { ranking, trials, reason } = await gridSearch(
    { a: [1, 2, 3, 4] },
    ({ a }, { fold }) => {
      if (a === 1) throw new Error('too small')
      if (a === 2 && fold === 'second') return Number.NaN
      return a === 3 ? wrong('3') : -a
    },
    { folds: ['first', 'second'] },
  )
  expect(reason).toBe('finished')
  expect(ranking.map(({ setting, mean, scores, failed }) => [setting.a, mean, scores, failed])).toEqual([
    [4, -4, [-4, -4], 0],
    [2, -2, [-2, null], 1],
    [1, null, [null, null], 2],
    [3, null, [null, null], 2],
  ])
  expect(trials.map(({ error }) => error)).toEqual([
    ...Array(2).fill('Error: too small'),
    undefined,
    'the score is NaN',
    ...Array(2).fill('the score is no number: string'),
    undefined,
    undefined,
  ])
})

describe('what is random', () => {
  const draw = async (options: GridSearchOptions<{ a: readonly number[] }> = {}) => {
    const { trials } = await gridSearch({ a: [1, 2, 3, 4, 5] }, (_, { rng }) => rng.next(), options)
    return trials.map(({ setting, score, seed }) => ({ a: setting.a, score, seed }))
  }

  test('hangs on the trial alone: the same again, in whatever order and company', async () => {
    const all = await draw()
    expect(await draw()).toEqual(all)
    expect(new Set(all.map(({ score }) => score)).size).toBe(5)
    const { trials } = await gridSearch({ a: [4, 2] }, (_, { rng }) => rng.next())
    expect(trials.map(({ score }) => score)).toEqual([all[3].score, all[1].score])
    expect((await draw({ seed: 1 }))[0].score).not.toBe(all[0].score)
  })

  test('is the sample of a large space, and no setting comes twice', async () => {
    const sample = await draw({ samples: 3 })
    expect(sample).toHaveLength(3)
    expect(await draw({ samples: 3 })).toEqual(sample)
    const all = await draw()
    for (const one of sample) expect(all).toContainEqual(one)
    const values = Array.from({ length: 1000 }, (_, i) => i)
    const huge: Space = { a: values, b: values, c: values }
    const { trials } = await gridSearch(huge, () => 0, { samples: 50 })
    expect(new Set(trials.map(({ setting }) => JSON.stringify(setting))).size).toBe(50)
    expect(await draw({ samples: 99 })).toEqual(all)
  })

  test('every setting is as likely as another', async () => {
    const counts = new Map<number, number>()
    for (let seed = 0; seed < 400; seed++)
      for (const { a } of await draw({ samples: 2, seed })) counts.set(a, (counts.get(a) ?? 0) + 1)
    // 160 each, give or take 4 standard deviations of 9.8.
    for (const count of counts.values()) expect(Math.abs(count - 160)).toBeLessThan(40)
    expect(counts.size).toBe(5)
  })
})

test('stopped and resumed, a search ends as one that was not', async () => {
  const untimed = (trials: readonly Trial[]) => trials.map(({ seconds: _, ...trial }) => trial)
  const folds = [0, 1]
  const score = ({ hidden }: { hidden: number }, { rng }: { rng: Random }) => {
    if (hidden === 16) throw new Error('no')
    return hidden + rng.next()
  }
  const whole = await gridSearch(space, score, { folds })
  for (const stop of [0, 1, 5, 11]) {
    const controller = new AbortController()
    let calls = 0
    const first = await gridSearch(
      space,
      (setting, context) => {
        if (++calls > stop) controller.abort()
        return score(setting, context)
      },
      { folds, signal: controller.signal },
    )
    expect(first.reason).toBe('aborted')
    expect(first.trials).toHaveLength(stop)
    expect(first.ranking).toHaveLength(Math.floor(stop / 2))
    let again = 0
    const second = await gridSearch(
      space,
      (setting, context) => {
        again++
        return score(setting, context)
      },
      { folds, done: JSON.parse(JSON.stringify(first.trials)) },
    )
    expect(again).toBe(12 - stop)
    expect(untimed(second.trials)).toEqual(untimed(whole.trials))
    expect(second.ranking).toEqual(whole.ranking)
  }
})

test('progress: what was done, what is the best, and how long the rest will take', async () => {
  const told: unknown[] = []
  await gridSearch({ a: [3, 1, 2] }, async ({ a }) => a, {
    folds: ['x', 'y'],
    onTrial: async (trial, { done, total, trials, best, eta }) => {
      await Promise.resolve()
      expect(trials).toHaveLength(done)
      expect(eta).toBeGreaterThanOrEqual(0)
      told.push([trial.setting.a, trial.fold, `${done}/${total}`, best?.setting.a])
    },
  })
  expect(told).toEqual([
    [3, 0, '1/6', undefined],
    [3, 1, '2/6', 3],
    [1, 0, '3/6', 3],
    [1, 1, '4/6', 1],
    [2, 0, '5/6', 1],
    [2, 1, '6/6', 1],
  ])
})

test('with fit, and folds of data', async () => {
  const folds = kFold(dataset(24, 1), 2, { rng: new Random(2) })
  const { ranking } = await gridSearch(
    { lr: [1e-5, 0.05] },
    async ({ lr }, { fold: { train, test }, rng }) => {
      const model = new Recaller(rng)
      const { history } = await fit(
        model,
        { train: Array(8).fill(train), validation: [test] },
        {
          epochs: 3,
          optimizer: new Adam(model.parameters(), { lr }),
          loss: ({ x, y }, model) => crossEntropy(model.forward(x), y),
        },
      )
      return history[2].validation?.loss ?? Number.NaN
    },
    { folds },
  )
  expect(ranking.map(({ setting }) => setting.lr)).toEqual([0.05, 1e-5])
  expect(ranking[0].failed).toBe(0)
})

describe('refused', () => {
  const none = () => 0
  const refusals: [string, () => Promise<unknown>, RegExp][] = [
    [
      'no space',
      () => gridSearch(wrong(), none),
      /^gridSearch: wants a space \{ name: values \}, got undefined/,
    ],
    [
      'an empty space',
      () => gridSearch({}, none),
      /^gridSearch: wants a space \{ name: values \}, got Object/,
    ],
    [
      'no values',
      () => gridSearch({ a: [] }, none),
      /^gridSearch: wants a list of values for a, got an empty one$/,
    ],
    [
      'a value by itself',
      () => gridSearch({ a: wrong(1) }, none),
      /^gridSearch: wants a list of values for a, got 1$/,
    ],
    ['a value twice', () => gridSearch({ a: [1, 2, 1] }, none), /^gridSearch: a has the value 1 twice$/],
    [
      'a class',
      () => gridSearch({ cell: [wrong(Recaller)] }, none),
      /^gridSearch: the values of cell must be plain data, got function; use names, such as 'lstm'$/,
    ],
    [
      'NaN',
      () => gridSearch({ a: [Number.NaN] }, none),
      /^gridSearch: the values of a must be plain data, got NaN/,
    ],
    ['an object of a class', () => gridSearch({ a: [wrong(new Random(1))] }, none), /got Random; use names/],
    [
      'no trial',
      () => gridSearch({ a: [1] }, wrong()),
      /^gridSearch: wants a function that tries a setting, got undefined$/,
    ],
    [
      'an unknown mode',
      () => gridSearch({ a: [1] }, none, { mode: wrong('best') }),
      /^gridSearch: mode is min or max, got best$/,
    ],
    [
      'no folds',
      () => gridSearch({ a: [1] }, none, { folds: [] }),
      /^gridSearch: wants folds, as kFold gives them, got none$/,
    ],
    [
      'no samples',
      () => gridSearch({ a: [1] }, none, { samples: 0 }),
      /^gridSearch: samples is a positive integer, got 0$/,
    ],
    [
      'no seed',
      () => gridSearch({ a: [1] }, none, { seed: 0.5 }),
      /^Random: wants a seed that is an integer of 32 bits, got 0.5$/,
    ],
    [
      'done trials in no list',
      () => gridSearch({ a: [1] }, none, { done: wrong({}) }),
      /^gridSearch: wants done trials as a list, got Object$/,
    ],
    [
      'a done trial without a score',
      () =>
        gridSearch({ a: [1] }, none, { done: [wrong({ setting: { a: 1 }, fold: 0, seed: 1, seconds: 1 })] }),
      /^gridSearch: number 0 of the done trials is no trial, with setting, fold, seed, score and seconds$/,
    ],
    [
      'null as a done trial',
      () => gridSearch({ a: [1] }, none, { done: [wrong(null)] }),
      /number 0 of the done trials is no trial/,
    ],
  ]

  test.each(refusals)('%s', async (_, call, message) => {
    await expect(call()).rejects.toThrow(message)
  })
})
