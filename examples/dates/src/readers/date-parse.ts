import type { Reader } from './reader.js'

/** What JavaScript has: English names, and of numbers with slashes the month first. */
export const dateParse: Reader = {
  name: 'Date.parse',
  read: (texts) => texts.map(parse),
}

/** As a date in UTC, so that it does not matter where the program runs. */
function parse(text: string): string | undefined {
  const time = Date.parse(`${text} UTC`)
  return Number.isNaN(time) ? undefined : /^\d{4}-\d\d-\d\d/.exec(new Date(time).toISOString())?.[0]
}
