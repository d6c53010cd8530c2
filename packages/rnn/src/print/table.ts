/** A table as text: columns as wide as their widest cell, the first to the left and the others to the right. */
export function layOut(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  footer?: readonly string[],
): string {
  const all = footer ? [header, ...rows, footer] : [header, ...rows]
  const widths = header.map((_, column) => all.reduce((width, row) => Math.max(width, row[column].length), 0))
  const rule = widths.map((width) => '─'.repeat(width)).join('──')
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  ')
      .trimEnd()
  return [line(header), rule, ...rows.map(line), ...(footer ? [rule, line(footer)] : [])].join('\n')
}
