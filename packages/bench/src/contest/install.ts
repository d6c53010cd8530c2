import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageNames } from '../packages.js'
import { ours } from './entrant.js'
import { peersFolder, repository } from './folders.js'

/** What installing a library costs. */
export interface Installed {
  readonly version: string
  readonly bytes: number
  readonly packages: number
}

/**
 * Installs a peer beside its program, where git does not look; without running any script of theirs.
 * Does nothing when it is there already.
 */
export function install(name: string, say: (line: string) => void): void {
  const folder = join(peersFolder, name)
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const stamp = join(folder, 'node_modules', '.installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return
  say(`Installing ${name} …`)
  npm(['install', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'], folder)
  writeFileSync(stamp, manifest)
}

/** What installing costs, of those of whom it can be told. */
export function installsOf(names: Iterable<string>): Record<string, Installed> {
  const costs = [...names].map((name) => [name, name === ours ? installedOurs() : installedPeer(name)])
  return Object.fromEntries(costs.filter(([, cost]) => cost !== undefined))
}

function installedPeer(name: string): Installed | undefined {
  const modules = join(peersFolder, name, 'node_modules')
  const lock = join(modules, '.package-lock.json') // where npm keeps what it has installed
  if (!existsSync(lock)) return undefined
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'))
  const { dependencies } = JSON.parse(readFileSync(join(peersFolder, name, 'package.json'), 'utf8'))
  return {
    version: [...new Set(Object.values<string>(dependencies))].join(', '),
    bytes: sizeOfFolder(modules),
    packages: Object.keys(packages).length,
  }
}

/** What `npm install @unroll/rnn` would bring: our packages as they are packed, and the one that they depend on. */
function installedOurs(): Installed {
  const packed = packageNames.map((name) => {
    const folder = join(repository, 'packages', name.replace('@unroll/', ''))
    const [{ version, unpackedSize }] = JSON.parse(
      npm(['pack', '--dry-run', '--json', '--ignore-scripts'], folder),
    )
    return { version, bytes: unpackedSize as number }
  })
  const random = realpathSync(join(repository, 'packages', 'tensor', 'node_modules', 'pure-rand'))
  return {
    version: packed[0].version,
    bytes: packed.reduce((total, { bytes }) => total + bytes, sizeOfFolder(random)),
    packages: packed.length + 1,
  }
}

function npm(args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync('npm', [...args, '--loglevel=error'], {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32', // where npm is a batch file
  })
  if (status !== 0) throw new Error(`npm ${args[0]} failed: ${stderr.trim()}`)
  return stdout
}

function sizeOfFolder(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((total, { parentPath, name }) => total + statSync(join(parentPath, name)).size, 0)
}
