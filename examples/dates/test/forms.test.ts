import { expect, it } from 'vitest'
import { canWrite, forms, fullYear, isUnseen, unseenForms, write } from '../src/dates/forms.js'
import { dayAfter, isoOf, type Language, languageCodes } from '../src/dates/languages.js'

const day = { year: 2009, month: 8, day: 8 } // a Saturday
const may = { year: 1979, month: 5, day: 1 } // a Tuesday

it.each<[Language, string, string, string]>([
  ['cs', 'dddd D. MMMM YYYY', 'sobota 8. srpna 2009', 'úterý 1. května 1979'],
  ['de', 'dddd, [den] D. MMMM YYYY', 'Samstag, den 8. August 2009', 'Dienstag, den 1. Mai 1979'],
  ['en', '[the] Do [of] MMMM YYYY', 'the 8th of August 2009', 'the 1st of May 1979'],
  ['en', "MMM D, 'YY", "Aug 8, '09", "May 1, '79"],
  ['es', 'dddd, D [de] MMMM [de] YYYY', 'sábado, 8 de agosto de 2009', 'martes, 1 de mayo de 1979'],
  ['fi', 'dddd D. MMMM[ta] YYYY', 'lauantai 8. elokuuta 2009', 'tiistai 1. toukokuuta 1979'],
  ['fr', 'Do MMMM YYYY', '8 août 2009', '1er mai 1979'],
  ['it', 'ddd D MMM YYYY', 'sab 8 ago 2009', 'mar 1 mag 1979'],
  ['nl', 'D MMM YY', '8 aug 09', '1 mei 79'],
  ['pl', 'D MMMM YYYY [r.]', '8 sierpnia 2009 r.', '1 maja 1979 r.'],
  ['pt', 'dddd, D [de] MMMM [de] YYYY', 'sábado, 8 de agosto de 2009', 'terça-feira, 1 de maio de 1979'],
  ['sv', 'D/M YYYY', '8/8 2009', '1/5 1979'],
  ['sv', 'YYYYMMDD', '20090808', '19790501'],
  ['tr', 'D MMMM YYYY dddd', '8 Ağustos 2009 Cumartesi', '1 Mayıs 1979 Salı'],
])('%s: %s', (language, template, august, mayday) => {
  expect(forms[language]).toContain(template)
  expect(write({ language, template }, day)).toBe(august)
  expect(write({ language, template }, may)).toBe(mayday)
})

it('writes two digits of a year only where they say which one is meant', () => {
  const short = { language: 'nl', template: 'D-M-YY' } as const
  const years = [1968, 1969, 1999, 2000, 2068, 2069]
  expect(years.map((year) => canWrite(short, { ...day, year }))).toEqual([
    false,
    true,
    true,
    true,
    true,
    false,
  ])
  expect(years.slice(1, 5).map((year) => fullYear(year % 100))).toEqual(years.slice(1, 5))
  expect(canWrite({ language: 'nl', template: 'D-M-YYYY' }, { ...day, year: 1900 })).toBe(true)
})

it('names the day before the month in numbers, unless the year is first', () => {
  const numeric = languageCodes.flatMap((language) => forms[language]).filter((form) => !/MMM/.test(form))
  for (const form of numeric) expect(form).toMatch(/^(D{1,2}.*M{1,2}.*(YY){1,2}|YYYY.?MM.?DD)$/)
})

it('keeps forms out of training that each language has otherwise', () => {
  for (const { language, template } of unseenForms) {
    expect(forms[language]).toContain(template)
    expect(forms[language].some((other) => !isUnseen({ language, template: other }))).toBe(true)
  }
})

it('counts days as the calendar does', () => {
  expect([0, 58, 59].map((days) => isoOf(dayAfter(1900, days)))).toEqual([
    '1900-01-01',
    '1900-02-28',
    '1900-03-01', // 1900 was no leap year
  ])
  expect(isoOf(dayAfter(2000, 59))).toBe('2000-02-29')
})
