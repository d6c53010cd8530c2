export interface LockedPackage {
  readonly name: string
  /** Whether it is for some processors, or some C libraries, alone. */
  readonly cpu: boolean
  readonly libc: boolean
  /** The names of what it depends on, and of what it may. */
  readonly dependencies: readonly string[]
}

export interface Lockfile {
  /** What each package of the workspace depends on outside of it, peers too, but for development: by its folder. */
  readonly importers: Readonly<Record<string, readonly string[]>>
  readonly packages: readonly LockedPackage[]
}

/** Reads of a pnpm-lock.yaml, in version 9 of its format, what the tests ask. */
export function readLockfile(text: string): Lockfile {
  const { importers, packages, snapshots } = Object.fromEntries(entriesOf(text.split('\n'), 0))
  const dependencies = new Map<string, string[]>()
  for (const [key, lines] of entriesOf(snapshots, 2))
    dependencies.set(nameOf(key), [...(dependencies.get(nameOf(key)) ?? []), ...dependenciesIn(lines)])
  return {
    importers: Object.fromEntries(
      entriesOf(importers, 2).map(([folder, lines]) => [folder, dependenciesIn(lines)]),
    ),
    packages: entriesOf(packages, 2).map(([key, lines]) => ({
      name: nameOf(key),
      cpu: lines.some((line) => line.startsWith('    cpu:')),
      libc: lines.some((line) => line.startsWith('    libc:')),
      dependencies: dependencies.get(nameOf(key)) ?? [],
    })),
  }
}

/** Splits lines of YAML into the keys at an indentation, and the lines below each. */
function entriesOf(lines: readonly string[], indentation: number): [key: string, lines: string[]][] {
  const entries: [string, string[]][] = []
  for (const line of lines) {
    const [, spaces, key] = /^( *)'?([^\s'][^']*?)'?:(?: .*)?$/.exec(line) ?? []
    if (key && spaces.length === indentation) entries.push([key, []])
    else if (line) entries.at(-1)?.[1].push(line)
  }
  return entries
}

/** Those outside of the workspace. */
function dependenciesIn(lines: readonly string[]): string[] {
  return entriesOf(lines, 4)
    .filter(([kind]) => kind === 'dependencies' || kind === 'optionalDependencies')
    .flatMap(([, below]) => entriesOf(below, 6))
    .filter(([, below]) => !below.some((line) => line.includes('version: link:')))
    .map(([name]) => name)
}

/** @returns the name in `name@version(peers)` */
function nameOf(key: string): string {
  return key.slice(0, key.indexOf('@', 1))
}
