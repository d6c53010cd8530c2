/**
 * A document with a table in the place of what was between its two marks,
 * `<!-- NAME: written by … -->` and `<!-- /NAME -->`.
 * @throws Error when they are missing.
 */
export function insertTable(document: string, name: string, table: string): string {
  const [start] = document.match(new RegExp(`<!-- ${name}: written by [^\n]* -->`)) ?? []
  const end = `<!-- /${name} -->`
  const from = start === undefined ? -1 : document.indexOf(start)
  const to = document.indexOf(end)
  if (start === undefined || to < from)
    throw new Error(`The document wants the marks <!-- ${name}: written by … --> and ${end}.`)
  return `${document.slice(0, from + start.length)}\n${table}\n${document.slice(to)}`
}
