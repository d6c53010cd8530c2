/** A fenced block of code. */
export interface Block {
  /** The line of its first line of code, counted from 1. */
  readonly line: number
  readonly language: string
  /** What stands after the language. */
  readonly note: string
  readonly code: string
}

/** The fenced blocks of a text in Markdown. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = []
  let open: { fence: string; language: string; note: string; line: number; code: string[] } | undefined
  for (const [i, text] of markdown.split(/\r?\n/).entries()) {
    const [, fence, language, note] = /^\s*(```+|~~~+)\s*(\S*)\s*(.*)$/.exec(text) ?? []
    if (!open && fence) open = { fence, language, note, line: i + 2, code: [] }
    else if (open && fence?.startsWith(open.fence) && !language) {
      blocks.push({ ...open, code: open.code.join('\n') })
      open = undefined
    } else open?.code.push(text)
  }
  return blocks
}
