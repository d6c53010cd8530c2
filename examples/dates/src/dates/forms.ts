import { type Day, format, type Language } from './languages.js'

/**
 * How dates are written in each language, as templates of dayjs: D the day, Do with its ordinal, MMMM or MMM the
 * month, dddd or ddd the day of the week, [as it stands]. In numbers the day comes before the month, unless the
 * year is first: what 03/05/1979 means in the United States is left out, as nobody could tell.
 */
export const forms: Readonly<Record<Language, readonly string[]>> = {
  cs: [
    ...['D. MMMM YYYY', 'dddd D. MMMM YYYY', 'D. MMMM YY', '[dne] D. MMMM YYYY'],
    ...['D. M. YYYY', 'DD.MM.YYYY', 'D.M.YY'],
  ],
  de: [
    ...['D. MMMM YYYY', 'dddd, [den] D. MMMM YYYY', 'ddd, D. MMM YYYY', 'D. MMM YYYY', 'D. MMMM YY'],
    ...['[den] D. MMMM YYYY', 'DD.MM.YYYY', 'D.M.YYYY', 'D.M.YY'],
  ],
  en: [
    ...['D MMMM YYYY', 'Do MMMM YYYY', 'MMMM D, YYYY', 'MMMM Do, YYYY', '[the] Do [of] MMMM YYYY'],
    ...['dddd, D MMMM YYYY', 'ddd D MMMM YYYY', 'dddd, MMMM D, YYYY', 'D MMM YYYY', 'MMM D, YYYY'],
    ...['D MMMM YY', "MMM D, 'YY", 'DD/MM/YYYY', 'D/M/YYYY', 'DD/MM/YY', 'YYYY-MM-DD'],
  ],
  es: [
    ...['D [de] MMMM [de] YYYY', 'dddd, D [de] MMMM [de] YYYY', 'ddd D MMM YYYY', 'D MMM YYYY'],
    ...['[el] D [de] MMMM [del] YYYY', 'D MMM YY', 'DD/MM/YYYY', 'D/M/YY', 'DD-MM-YYYY'],
  ],
  fi: [
    ...['D. MMMM[ta] YYYY', 'dddd D. MMMM[ta] YYYY', 'ddd D. MMMM[ta] YYYY', 'D. MMMM[ta] YY'],
    ...['D.M.YYYY', 'DD.MM.YYYY', 'D.M.YY'],
  ],
  fr: [
    ...['D MMMM YYYY', 'Do MMMM YYYY', 'dddd D MMMM YYYY', '[le] D MMMM YYYY', 'ddd D MMM YYYY'],
    ...['D MMM YYYY', 'D MMMM YY', 'DD/MM/YYYY', 'DD/MM/YY', 'D.M.YYYY'],
  ],
  it: [
    ...['D MMMM YYYY', 'dddd D MMMM YYYY', 'ddd D MMM YYYY', 'D MMM YYYY', '[il] D MMMM YYYY'],
    ...['D MMM YY', 'DD/MM/YYYY', 'D/M/YY', 'D-M-YYYY'],
  ],
  nl: [
    ...['D MMMM YYYY', 'dddd D MMMM YYYY', 'ddd D MMM YYYY', 'D MMM YYYY', 'D MMM YY'],
    ...['DD-MM-YYYY', 'D-M-YYYY', 'D-M-YY'],
  ],
  pl: [
    ...['D MMMM YYYY', 'dddd, D MMMM YYYY', 'D MMMM YYYY [r.]', 'D MMM YYYY', 'ddd, D MMM YYYY'],
    ...['D MMMM YY', 'DD.MM.YYYY', 'D.M.YYYY', 'D.M.YY'],
  ],
  pt: [
    ...['D [de] MMMM [de] YYYY', 'dddd, D [de] MMMM [de] YYYY', 'ddd, D MMM YYYY', 'D MMM YYYY'],
    ...['D [de] MMMM [de] YY', 'DD/MM/YYYY', 'DD/MM/YY', 'D-M-YYYY'],
  ],
  sv: [
    ...['D MMMM YYYY', 'dddd [den] D MMMM YYYY', '[den] D MMMM YYYY', 'ddd D MMM YYYY', 'D MMM YYYY'],
    ...['D MMM YY', 'D/M YYYY', 'YYYY-MM-DD', 'YYYYMMDD'],
  ],
  tr: [
    ...['D MMMM YYYY', 'D MMMM YYYY dddd', 'D MMM YYYY ddd', 'D MMM YYYY', 'D MMMM YY'],
    ...['DD.MM.YYYY', 'D.M.YYYY', 'DD/MM/YYYY', 'D.M.YY'],
  ],
}

/** Forms that are kept out of training: each is known from other languages, but not in this one. */
export const unseenForms: readonly Form[] = [
  { language: 'cs', template: 'D. MMMM YY' },
  { language: 'de', template: 'ddd, D. MMM YYYY' },
  { language: 'en', template: 'MMMM Do, YYYY' },
  { language: 'fr', template: '[le] D MMMM YYYY' },
  { language: 'it', template: 'dddd D MMMM YYYY' },
  { language: 'tr', template: 'D MMM YYYY ddd' },
]

export interface Form {
  language: Language
  template: string
}

/** Is it among those that are kept out of training? */
export function isUnseen({ language, template }: Form): boolean {
  return unseenForms.some((form) => form.language === language && form.template === template)
}

/** Two digits are the years 1969 to 2068, as POSIX has it (strptime, %y). Does a form leave no doubt about a day? */
export function canWrite({ template }: Form, { year }: Day): boolean {
  return template.includes('YYYY') || (year >= firstOfTwoDigits && year < firstOfTwoDigits + 100)
}

/** The year that is meant by its last two digits. */
export function fullYear(twoDigits: number): number {
  const year = 1900 + twoDigits
  return year < firstOfTwoDigits ? year + 100 : year
}

const firstOfTwoDigits = 1969

export function write({ language, template }: Form, day: Day): string {
  return format(day, template, language)
}
