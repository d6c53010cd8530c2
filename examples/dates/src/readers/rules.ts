import { fullYear } from '../dates/forms.js'
import { format, isoOf, type Language } from '../dates/languages.js'
import type { Reader } from './reader.js'

/**
 * Rules that somebody wrote who knows how dates are written: three numbers are day, month and year, or the other way
 * round when the first has four digits; two numbers and the name of a month are day and year; whatever else is said
 * does not matter. A word that is no month's name may be taken for the one that it is most like.
 */
export function rules(
  name: string,
  known: readonly Language[],
  options: { mostLike?: boolean } = {},
): Reader {
  const months = monthNames(known)
  const monthOf = options.mostLike ? mostLike : named
  return { name, read: (texts) => texts.map((text) => readOne(text, (words) => monthOf(words, months))) }
}

type Months = ReadonlyMap<string, number>

function readOne(
  text: string,
  monthOf: (words: readonly string[]) => number | undefined,
): string | undefined {
  const numbers = text.match(/\d+/g) ?? []
  if (numbers.length === 3)
    return numbers[0].length === 4
      ? date(numbers[0], numbers[1], numbers[2])
      : date(numbers[2], numbers[1], numbers[0])
  if (numbers.length === 2) {
    const month = monthOf(text.toLowerCase().match(/\p{L}+/gu) ?? [])
    return month === undefined ? undefined : date(numbers[1], month, numbers[0])
  }
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(text) ?? []
  return year === undefined ? undefined : date(year, month, day)
}

/** The last one: what is a day of the week in one language may be a month in another, as in mar. 3 mars 2009 */
function named(words: readonly string[], months: Months): number | undefined {
  return words.map((word) => months.get(word)).findLast((month) => month !== undefined)
}

/** Of the name that takes the fewest changes to come from one of the words, if it is not there. */
function mostLike(words: readonly string[], months: Months): number | undefined {
  const exact = named(words, months)
  if (exact !== undefined) return exact
  let [best, fewest]: [number | undefined, number] = [undefined, Number.POSITIVE_INFINITY]
  for (const word of words)
    for (const [name, month] of months) {
      const changes = distance(word, name)
      if (changes < fewest) [best, fewest] = [month, changes]
    }
  return best
}

/** How many letters must be put in, taken out or replaced to make one word of another (Levenshtein 1966). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}

function date(year: string, month: string | number, day: string): string {
  return isoOf({
    year: year.length === 2 ? fullYear(Number(year)) : Number(year),
    month: Number(month),
    day: Number(day),
  })
}

/** The names of the months and their abbreviations in lower case, as they stand in a date. */
function monthNames(known: readonly Language[]): Map<string, number> {
  const found = new Map<string, number>()
  for (const language of known)
    for (let month = 1; month <= 12; month++)
      for (const template of ['D MMMM', 'D MMM', 'D MMMM[ta]']) {
        const written = format({ year: 2009, month, day: 8 }, template, language)
        const [name] = written.toLowerCase().match(/\p{L}+/u) ?? []
        if (name !== undefined) found.set(name, month)
      }
  return found
}
