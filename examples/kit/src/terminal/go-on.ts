import { relative } from 'node:path'

/** The command that runs this program again with other flags, to be pasted into a shell. Those without a value are left out. */
export function commandWith(flags: Readonly<Record<string, string | undefined>>): string {
  // npm says which script it runs; under a test that is not the program's, and npx calls itself one.
  const script = process.env.npm_lifecycle_event
  const viaNpm = script !== undefined && script !== 'test' && script !== 'npx'
  const npm = script === 'start' ? ['npm', 'start', '--'] : ['npm', 'run', `${script}`, '--']
  const program = viaNpm ? npm : ['node', relative(process.cwd(), process.argv[1])]
  const given = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
  return [...program, ...given].map(quote).join(' ')
}

/** A word for a shell: in quotes where it holds anything that a shell might not take literally. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
