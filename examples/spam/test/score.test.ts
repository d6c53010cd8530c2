import { Vocabulary } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { expect, it } from 'vitest'
import { BagModel } from '../src/bag-model.js'
import { SpamModel } from '../src/model.js'
import { NaiveBayes } from '../src/naive-bayes.js'
import { logitsOf, precisionRecall, runningProbability, scoreOf, sigmoid } from '../src/score.js'
import { smallConfig } from './support.js'

it('naive Bayes gives the figures of Manning, Raghavan & Schütze, example 13.1', () => {
  const [chinese, beijing, shanghai, macao, tokyo, japan] = [0, 1, 2, 3, 4, 5]
  const documents = [
    [chinese, beijing, chinese],
    [chinese, chinese, shanghai],
    [chinese, macao],
    [tokyo, japan, chinese],
  ]
  const bayes = new NaiveBayes(documents, [true, true, true, false], 6, 1)
  const yes = (3 / 4) * (3 / 7) ** 3 * (1 / 14) ** 2
  const no = (1 / 4) * (2 / 9) ** 3 * (2 / 9) ** 2
  expect(bayes.logit([chinese, chinese, chinese, tokyo, japan])).toBeCloseTo(Math.log(yes / no), 12)
  expect(bayes.weights[beijing]).toBeCloseTo(Math.log(2 / 14 / (1 / 9)), 12)
})

const mails = [true, true, false, true, false].map((spam) => ({ spam }))

it('scores are those found by hand', () => {
  const { confusion, ...figures } = scoreOf([3, -1, 1, 2, -2], mails)
  expect(confusion.counts).toEqual([
    [1, 1],
    [1, 2],
  ])
  expect(figures.accuracy).toBeCloseTo(3 / 5)
  expect([figures.precision, figures.recall, figures.f1]).toEqual([2 / 3, 2 / 3, 2 / 3])
  expect(figures.averagePrecision).toBeCloseTo((1 + 1 + 3 / 4) / 3)
})

it('where all mails are alike, precision is the share of spam', () => {
  const points = precisionRecall([0, 0, 0, 0, 0], mails)
  expect(points.map(({ precision }) => precision)).toEqual([3 / 5, 3 / 5, 3 / 5])
  expect(points.map(({ recall }) => recall)).toEqual([1 / 3, 2 / 3, 1])
})

const texts = [['a'], ['b', 'a', 'c', 'a', 'b'], ['c', 'c', 'x']]
const vocabulary = Vocabulary.of(texts.slice(0, 2))
const network = new SpamModel(vocabulary.size, smallConfig, new Random(1))

it('the padding of a batch changes nothing', () => {
  for (const model of [network, new BagModel(vocabulary.size, new Random(1))]) {
    const together = logitsOf(model, vocabulary, texts)
    texts.forEach((text, i) => {
      expect(logitsOf(model, vocabulary, [text])[0]).toBeCloseTo(together[i], 5)
    })
  }
})

it('the probability after each word is that of the text up to there; of a long text, of some', () => {
  const running = runningProbability(network, vocabulary, texts[1])
  expect(running.map(({ word }) => word)).toEqual([1, 2, 3, 4, 5])
  running.forEach(({ word, probability }) => {
    const [logit] = logitsOf(network, vocabulary, [texts[1].slice(0, word)])
    expect(probability).toBeCloseTo(sigmoid(logit), 5)
  })
  expect(runningProbability(network, vocabulary, texts[1], 2).map(({ word }) => word)).toEqual([3, 5])
})
