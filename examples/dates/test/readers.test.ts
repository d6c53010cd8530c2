import { Random } from '@unroll/tensor'
import { expect, it } from 'vitest'
import type { Example } from '../src/dates/examples.js'
import { drawExamples } from '../src/dates/examples.js'
import { languageCodes } from '../src/dates/languages.js'
import { dateParse } from '../src/readers/date-parse.js'
import { nearest } from '../src/readers/nearest.js'
import { distance, rules } from '../src/readers/rules.js'
import { score, scoreOf } from '../src/score.js'

it('Date.parse reads English, takes the month first, and other languages hardly at all', () => {
  const texts = [
    '8 August 2009',
    'Sat 8 August 2009',
    '2009-08-08',
    '03/05/1979',
    '8 août 2009',
    '1. května 1979',
  ]
  expect(dateParse.read(texts).slice(0, 4)).toEqual(['2009-08-08', '2009-08-08', '2009-08-08', '1979-03-05'])
  expect(dateParse.read(texts)[5]).not.toBe('1979-05-01')
})

it('the nearest text gives its own meaning', () => {
  const example = (text: string, iso: string): Example => ({ text, iso, language: 'en', template: '' })
  const reader = nearest([example('3 May 1979', '1979-05-03'), example('8 August 2009', '2009-08-08')])
  // "5 may 1979" has 12 trigrams; of them "may 1979  " and " may" are in the first text
  expect(reader.read(['5 may 1979', '9 aug 2009', 'ωωω'])).toEqual(['1979-05-03', '2009-08-08', undefined])
})

it('rules read what is written by them', () => {
  const english = rules('', ['en'])
  expect(
    english.read([
      ...[
        '3 May 1979',
        'may 3rd, 1979',
        "Aug 8, '09",
        '08/08/2009',
        '3.5.69',
        '3.5.68',
        '1979-05-03',
        '19790503',
      ],
      ...['8 août 2009', 'May', ''],
    ]),
  ).toEqual([
    ...[
      '1979-05-03',
      '1979-05-03',
      '2009-08-08',
      '2009-08-08',
      '1969-05-03',
      '2068-05-03',
      '1979-05-03',
      '1979-05-03',
    ],
    ...[undefined, undefined, undefined],
  ])
  const all = rules('', languageCodes)
  expect(
    all.read(['mar. 3 mars 2009', '3. toukokuuta 1979', '1. května 79', 'mar 3 mag 1979', '8 aot 2009']),
  ).toEqual(['2009-03-03', '1979-05-03', '1979-05-01', '1979-05-03', undefined])
  expect(rules('', languageCodes, { mostLike: true }).read(['8 aot 2009'])).toEqual(['2009-08-08'])
})

it('rules with all names read everything that is written without a slip', () => {
  const { heldOut, unseen } = drawExamples({ training: 1, heldOut: 600 }, new Random(3))
  expect(score(rules('', languageCodes), [...heldOut, ...unseen])).toEqual({ exact: 1, characters: 1 })
})

it('distance counts the letters to change', () => {
  expect([distance('', 'abc'), distance('mai', 'mai'), distance('kitten', 'sitting')]).toEqual([3, 0, 3])
})

it('scores whole dates, and single characters by their places', () => {
  const { exact, characters } = scoreOf(
    ['2009-08-08', '2009-08-18', undefined, '2'],
    Array(4).fill('2009-08-08'),
  )
  expect(exact).toBe(1 / 4)
  expect(characters).toBeCloseTo((10 + 9 + 0 + 1) / 40, 12)
})
