import Table from 'cli-table3'

/** A cell: one column wide, or several (then on the right). */
export type Content = string | { readonly content: string; readonly colSpan: number }

/** A table in plain text, without colours: it is written to files too. The first column is on the left, numbers on the right. */
export function plainTable(head: readonly string[], rows: readonly (readonly Content[])[]): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows)
    table.push(row.map((cell) => (typeof cell === 'string' ? cell : { ...cell, hAlign: 'right' as const })))
  return table.toString()
}
