export interface Cell {
  /** Of the text, counted from 1. */
  readonly line: number
  readonly text: string
}

/** The cells of all columns with this heading, in all tables of a text in Markdown. */
export function cellsUnder(markdown: string, heading: string): Cell[] {
  const cells: Cell[] = []
  let columns: readonly string[] | undefined // those of the table that is being read
  for (const [i, text] of markdown.split(/\r?\n/).entries()) {
    const row = /^\|(.*)\|$/
      .exec(text.trim())?.[1]
      .split('|')
      .map((cell) => cell.trim())
    if (!row) columns = undefined
    else if (!columns) columns = row
    else if (row.length !== columns.length)
      throw new Error(`line ${i + 1}: ${row.length} cells in a table of ${columns.length} columns`)
    else if (!row.every((cell) => /^:?-+:?$/.test(cell)))
      cells.push(
        ...row.filter((_, c) => columns?.[c] === heading).map((cell) => ({ line: i + 1, text: cell })),
      )
  }
  return cells
}
