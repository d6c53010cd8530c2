import { readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { fail } from '@unroll/tensor'
import { csvParseRows } from 'd3-dsv'

/** The weather of a day. */
export interface Day {
  /** Days since 1970-01-01. */
  readonly day: number
  /** °C */
  readonly tempMax: number
  /** °C */
  readonly tempMin: number
  /** mm */
  readonly precipitation: number
  /** Speed. */
  readonly wind: number
}

/** Seattle, 2012 to 2015. */
export const seattle = fileURLToPath(new URL('../../data/seattle-weather.csv', import.meta.url))

/** The text of a CSV file. @throws UnrollError when there is no such file, or it is too large or not a text. */
export function readText(path: string): string {
  const refuse = (problem: string) => fail('data', `${path} ${problem}`)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return refuse('does not exist')
  if (!found.isFile()) return refuse('is not a file')
  if (found.size > largest) return refuse(`is larger than ${largest / 1e6} MB`)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    if (error instanceof TypeError) return refuse('is not a text in UTF-8')
    throw error
  }
}

/**
 * The days in a CSV text with the columns date, precipitation, temp_max, temp_min and wind, in any order and beside
 * any others.
 * @throws UnrollError that names the line and what is wrong there, when it is not one whole day after the other.
 */
export function parseWeather(text: string): Day[] {
  const [head = [], ...rows] = csvParseRows(text.trim())
  const places = new Map(Object.keys(columns).map((name) => [name, placeOf(name, head)]))
  const days = rows.map((row, i): Day => {
    const line = i + 2 // of a text without line ends in its cells; the first line is the head
    if (row.length !== head.length)
      fail('data', `line ${line} has ${row.length} cells, and the first has ${head.length}`)
    const read = (name: keyof typeof columns) => {
      const cell = row[places.get(name) as number].trim()
      const value = columns[name].read(cell)
      if (value === undefined)
        fail('data', `line ${line} has ${name} ${quote(cell)}, which is not ${columns[name].wants}`)
      return value
    }
    return {
      day: read('date'),
      tempMax: read('temp_max'),
      tempMin: read('temp_min'),
      precipitation: read('precipitation'),
      wind: read('wind'),
    }
  })
  days.forEach(({ day }, i) => {
    if (i > 0 && day !== days[i - 1].day + 1)
      fail('data', `line ${i + 2} is ${dateOf(day)}, and the day before it ${dateOf(days[i - 1].day)}`)
  })
  return days
}

/** '2015-12-31' */
export function dateOf(day: number): string {
  return new Date(day * millisecondsInDay).toISOString().slice(0, 10)
}

const millisecondsInDay = 24 * 60 * 60 * 1000

/** In bytes: a century and a half. */
const largest = 2_000_000

const columns = {
  date: { wants: 'a date like 2012-01-31', read: readDate },
  temp_max: within('a number of °C', -100, 70),
  temp_min: within('a number of °C', -100, 70),
  precipitation: within('a number of mm', 0, 2000),
  wind: within('a number', 0, 500),
}

function placeOf(name: string, head: readonly string[]): number {
  const places = head.flatMap((cell, i) => (cell.trim() === name ? [i] : []))
  if (places.length !== 1)
    fail('data', `the first line must name one column ${name}, and it names ${places.length}`)
  return places[0]
}

function readDate(cell: string): number | undefined {
  const time = /^[12]\d{3}-\d\d-\d\d$/.test(cell) ? Date.parse(`${cell}T00:00:00Z`) : Number.NaN
  if (!Number.isFinite(time)) return undefined
  const day = time / millisecondsInDay
  return dateOf(day) === cell ? day : undefined // there is no 31st of February, but `Date.parse` may give it
}

/** A number that a thermometer, a rain gauge or an anemometer could have shown: −9999 is none. */
function within(what: string, low: number, high: number) {
  return {
    wants: `${what} from ${low} to ${high}`,
    read(cell: string): number | undefined {
      const value = /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : Number.NaN
      return value >= low && value <= high ? value : undefined
    },
  }
}

/** For a message: short, and with nothing in it that a terminal would act upon. */
function quote(cell: string): string {
  return JSON.stringify(cell.slice(0, 30)).replace(/[^\P{C}]/gu, '?')
}
