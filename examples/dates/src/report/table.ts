import { formatDuration, formatShare, plainTable } from '@unroll/example-kit'
import { type Language, languages } from '../dates/languages.js'
import type { Score } from '../score.js'

/** What readers made of the dates: a row for each reader. */
export interface Rows {
  readers: { name: string; heldOut: Score; unseen: Score; mistyped: Score }[]
  /** The shares that are right in each language. */
  languages: { language: Language; dates: number; dateParse: Score; network: Score; mistyped: Score }[]
  /** Spent in training. */
  seconds: number
}

/** The outcome as tables in plain text. */
export function formatTable({ readers, languages: byLanguage, seconds }: Rows): string {
  const all = plainTable(
    ['dates read right', 'held out', 'characters', 'unseen forms', 'mistyped'],
    [
      ...readers.map(({ name, heldOut, unseen, mistyped }) => [
        name,
        ...[heldOut.exact, heldOut.characters, unseen.exact, mistyped.exact].map(formatShare),
      ]),
      ['training', { content: formatDuration(seconds), colSpan: 4 }],
    ],
  )
  const each = plainTable(
    ['by language', 'held out', 'Date.parse', 'network', 'mistyped'],
    byLanguage.map(({ language, dates, dateParse, network, mistyped }) => [
      languages[language],
      String(dates),
      ...[dateParse, network, mistyped].map(({ exact }) => formatShare(exact)),
    ]),
  )
  return `${all}\n${each}`
}
