import { relative } from 'node:path'

/** The command that goes on from a checkpoint, to be pasted into a shell. */
export function howToGoOn(checkpoint: string, text: string | undefined): string {
  // npm says which script it runs.
  const viaNpm = process.env.npm_lifecycle_event === 'start'
  const program = viaNpm ? ['npm', 'start', '--'] : ['node', relative(process.cwd(), process.argv[1])]
  const flags = ['--resume', checkpoint, ...(text === undefined ? [] : ['--text', text])]
  return [...program, ...flags].map(quote).join(' ')
}

/** A word for a shell: in quotes where it holds anything that a shell might not take literally. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
