import type { Example } from './dates/examples.js'
import type { Reader } from './readers/reader.js'

/** Shares, from 0 to 1. */
export interface Score {
  /** Of the dates that are right from beginning to end. */
  exact: number
  /** Of the characters of ISO 8601 that are right, place by place. */
  characters: number
}

/** How well a reader reads. */
export function score(reader: Reader, examples: readonly Example[]): Score {
  return scoreOf(
    reader.read(examples.map(({ text }) => text)),
    examples.map(({ iso }) => iso),
  )
}

export function scoreOf(answers: readonly (string | undefined)[], wanted: readonly string[]): Score {
  let exact = 0
  let characters = 0
  for (const [i, iso] of wanted.entries()) {
    const answer = answers[i] ?? ''
    if (answer === iso) exact++
    characters += [...iso].filter((character, place) => answer[place] === character).length / iso.length
  }
  return { exact: exact / wanted.length, characters: characters / wanted.length }
}
