import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's directory. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly [field: string]: unknown
}

export interface Package {
  /** 'packages' or 'examples' */
  readonly group: string
  /** The name of its directory. */
  readonly folder: string
  readonly directory: string
  readonly manifest: Manifest
}

/** Every package of the workspace but the root. */
export const packages: readonly Package[] = ['packages', 'examples'].flatMap((group) =>
  readdirSync(join(root, group))
    .map((name) => join(root, group, name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({
      group,
      folder: basename(directory),
      directory,
      manifest: readManifest(directory),
    })),
)

/** Those that users install. */
export const published = packages.filter(({ manifest }) => !manifest.private)

export function readManifest(directory: string): Manifest {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}

/** The files below a directory, as paths relative to it with `/`, in order; none when it does not exist. */
export function filesUnder(directory: string): string[] {
  if (!existsSync(directory)) return []
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .map((path) => path.split(sep).join('/'))
    .sort()
}

/** Runs a program to its end and gives what it printed. @throws with its output when it fails. */
export function run(command: string, args: readonly string[], cwd: string): string {
  try {
    // On Windows npm and the like are batch files, which only a shell can run.
    const shell = process.platform === 'win32'
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: 'pipe', shell })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed in ${cwd}:\n${stdout}${stderr}`, { cause: error })
  }
}
