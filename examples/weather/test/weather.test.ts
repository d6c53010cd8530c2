import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seriesOf, yearShare } from '../src/data/series.js'
import { dateOf, parseWeather, readText, seattle } from '../src/data/weather.js'
import { csvOf, someDays } from './support.js'

const head = 'date,precipitation,temp_max,temp_min,wind'
const first = '2012-02-28,0.0,12.8,5.0,4.7'
const second = '2012-02-29,10.9,-1,-2.8,0'

describe('the weather of Seattle', () => {
  const days = parseWeather(readText(seattle))

  it('has four years, a day after the other', () => {
    expect(days).toHaveLength(366 + 3 * 365)
    expect([days[0], days[days.length - 1]].map(({ day }) => dateOf(day))).toEqual([
      '2012-01-01',
      '2015-12-31',
    ])
    expect(days[1]).toEqual({ day: 15341, precipitation: 10.9, tempMax: 10.6, tempMin: 2.8, wind: 4.5 })
  })

  it('is seen with rain by its logarithm and the year as a circle', () => {
    const [newYear, , , rainy] = seriesOf(days).toArray() as number[][]
    expect(newYear).toEqual([12.8, 5, 0, 4.7, 0, 1].map(Math.fround))
    expect(rainy[2]).toBeCloseTo(Math.log(21.3), 6)
    expect(days.slice(0, 4).map(({ day }) => yearShare(day) * 366)).toEqual([0, 1, 2, 3])
    expect(yearShare(days[days.length - 1].day) * 365).toBe(364)
  })
})

describe('a CSV text', () => {
  it('may have its columns in any order, quotes, spaces, other columns, and the line ends of Windows', () => {
    const text =
      '\ufeffwind,"temp_min", temp_max,note,date,precipitation\r\n4.7,5.0,12.8,"a, b",2012-02-28,0.0\r\n'
    expect(parseWeather(text)).toEqual(parseWeather(`${head}\n${first}`))
  })

  it('comes back as the days that it was written from', () => {
    expect(parseWeather(csvOf(someDays(50)))).toEqual(someDays(50))
  })

  it.each([
    ['nothing', '', 'the first line must name one column date, and it names 0'],
    ['a column missing', 'date,precipitation,temp_max,wind', 'must name one column temp_min, and it names 0'],
    ['a column twice', `${head},wind`, 'must name one column wind, and it names 2'],
    ['a cell missing', `${head}\n2012-02-28,0.0,12.8,5.0`, 'line 2 has 4 cells, and the first has 5'],
    [
      'an empty cell',
      `${head}\n2012-02-28,,12.8,5.0,4.7`,
      'line 2 has precipitation "", which is not a number of mm',
    ],
    [
      'what says that there is none',
      `${head}\n${first}\n2012-02-29,0,-9999,5,4`,
      'line 3 has temp_max "-9999"',
    ],
    ['NaN', `${head}\n2012-02-28,NaN,12.8,5.0,4.7`, 'precipitation "NaN"'],
    ['Infinity', `${head}\n2012-02-28,0,Infinity,5.0,4.7`, 'temp_max "Infinity"'],
    ['hexadecimal', `${head}\n2012-02-28,0,0x10,5.0,4.7`, 'temp_max "0x10"'],
    ['a negative rain', `${head}\n2012-02-28,-1,1,5.0,4.7`, 'precipitation "-1"'],
    [
      'another form of date',
      `${head}\n28/02/2012,0,1,5.0,4.7`,
      'date "28/02/2012", which is not a date like 2012-01-31',
    ],
    ['a date before the calendar', `${head}\n0012-02-28,0,1,5.0,4.7`, 'date "0012-02-28"'],
    ['a date that is none', `${head}\n2013-02-29,0,1,5.0,4.7`, 'date "2013-02-29"'],
    [
      'a day left out',
      `${head}\n${first}\n2012-03-01,0,1,1,1`,
      'line 3 is 2012-03-01, and the day before it 2012-02-28',
    ],
    [
      'a day twice',
      `${head}\n${first}\n${second}\n${second}`,
      'line 4 is 2012-02-29, and the day before it 2012-02-29',
    ],
    [
      'what a terminal acts upon',
      `${head}\n2012-02-28,\u001b[2J\u009b,1,5.0,4.7`,
      'precipitation "\\u001b[2J?"',
    ],
    ['a long cell', `${head}\n2012-02-28,${'9'.repeat(1000)},1,5.0,4.7`, `"${'9'.repeat(30)}", which`],
    [
      'a name from Object',
      `${head},__proto__\n2012-02-28,0,1,5.0,4.7`,
      'line 2 has 5 cells, and the first has 6',
    ],
  ])('with %s is refused', (_, text, problem) => {
    expect(() => parseWeather(text)).toThrow(`data: `)
    expect(() => parseWeather(text)).toThrow(problem)
  })
})

describe('a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weather-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each([
    ['that is not there', undefined, 'does not exist'],
    ['that is too large', new Uint8Array(2_000_001), 'is larger than 2 MB'],
    ['that is not a text', Uint8Array.of(100, 255, 3), 'is not a text in UTF-8'],
  ])('%s is refused', (name, content, problem) => {
    const path = join(folder, name)
    if (content) writeFileSync(path, content)
    expect(() => readText(path)).toThrow(`data: ${path} ${problem}`)
  })

  it('that is a folder is refused', () => {
    expect(() => readText(folder)).toThrow('is not a file')
  })
})
