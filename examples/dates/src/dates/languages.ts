import dayjs from 'dayjs'
import cs from 'dayjs/locale/cs.js'
import advancedFormat from 'dayjs/plugin/advancedFormat.js'
import 'dayjs/locale/de.js'
import 'dayjs/locale/es.js'
import 'dayjs/locale/fi.js'
import 'dayjs/locale/fr.js'
import 'dayjs/locale/it.js'
import 'dayjs/locale/nl.js'
import 'dayjs/locale/pl.js'
import 'dayjs/locale/pt.js'
import 'dayjs/locale/sv.js'
import 'dayjs/locale/tr.js'

dayjs.extend(advancedFormat) // ordinals: `Do`

// In a date, Czech months stand in the genitive; dayjs has the nominative alone.
const czech = 'ledna února března dubna května června července srpna září října listopadu prosince'.split(' ')
dayjs.locale({ ...cs, months: czech }, undefined, true)

/** The languages, by the names of their locales. */
export const languages = {
  cs: 'Czech',
  de: 'German',
  en: 'English',
  es: 'Spanish',
  fi: 'Finnish',
  fr: 'French',
  it: 'Italian',
  nl: 'Dutch',
  pl: 'Polish',
  pt: 'Portuguese',
  sv: 'Swedish',
  tr: 'Turkish',
} as const

export type Language = keyof typeof languages

export const languageCodes = Object.keys(languages) as Language[]

/** A day of the calendar. */
export interface Day {
  year: number
  /** From 1 to 12. */
  month: number
  day: number
}

/** Writes a day as a template of dayjs says: 'D MMMM YYYY' → '8 août 2009' */
export function format(day: Day, template: string, language: Language): string {
  return noon(day).locale(language).format(template)
}

/** '2009-08-08' */
export function isoOf({ year, month, day }: Day): string {
  return [String(year).padStart(4, '0'), pad(month), pad(day)].join('-')
}

/** So many days after 1 January of a year. */
export function dayAfter(year: number, days: number): Day {
  const date = new Date(Date.UTC(year, 0, 1 + days))
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() }
}

const pad = (number: number) => String(number).padStart(2, '0')

/** Of the day, wherever the program runs: where clocks are put forward at midnight, a day has no midnight. */
const noon = ({ year, month, day }: Day) => dayjs(new Date(year, month - 1, day, 12))
