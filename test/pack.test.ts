import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPackages } from './support/build.js'
import { filesUnder, published, readManifest, root, run } from './support/workspace.js'

// The packages as a user gets them: packed, then installed by npm in an empty folder outside the
// workspace, where nothing but their manifests says what they need.

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'unroll-pack-')))
const tarballs = new Map<string, string>()

beforeAll(() => {
  buildPackages()
  for (const { directory, manifest } of published) {
    const tarball = run('npm', ['pack', '--silent', '--pack-destination', folder], directory).trim()
    tarballs.set(manifest.name, join(folder, tarball))
  }
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface User {
  readonly name: string
  /** In test/programs. */
  readonly program: string
  /** What they ask npm for; others are what comes with it. */
  readonly wanted: readonly string[]
  readonly others: readonly string[]
  readonly prints: string
  /** What they have put into their package.json before. */
  readonly settings?: object
}

/**
 * Keeps npm from installing the two native packages that gpu.js names and does not need. npm can replace a package, but
 * not drop it: what takes their place is a small one that gpu.js brings in any case.
 */
const overrides = { 'gpu.js': { webgpu: 'npm:gpu-mock.js@1.4.1', gl: 'npm:gpu-mock.js@1.4.1' } }

describe.each<User>([
  {
    name: '@unroll/tensor',
    program: 'tensor',
    wanted: ['@unroll/tensor'],
    others: ['pure-rand'],
    prints: '[ 2, 3 ]\ntrue\n',
  },
  {
    name: '@unroll/tensor with gpu.js',
    program: 'gpu',
    wanted: ['@unroll/tensor', 'gpu.js@2.24.1'],
    others: ['acorn', 'gl', 'gpu-mock.js', 'pure-rand', 'webgpu'],
    prints: 'Float32Array(2) [ 2, 4 ]\n[ 6, 8 ]\n',
    settings: { overrides },
  },
  {
    name: '@unroll/autograd',
    program: 'autograd',
    wanted: ['@unroll/autograd', '@unroll/tensor'],
    others: ['pure-rand'],
    prints: '2.000 1.000\n',
  },
  {
    name: '@unroll/rnn',
    program: 'rnn',
    wanted: ['@unroll/autograd', '@unroll/rnn', '@unroll/tensor'],
    others: ['pure-rand'],
    prints: 'learned\n',
  },
])('$name, installed by npm,', ({ program, wanted, others, prints, settings }) => {
  const user = join(folder, program)
  const modules = join(user, 'node_modules')

  beforeAll(() => {
    mkdirSync(user)
    writeFileSync(join(user, 'package.json'), JSON.stringify({ type: 'module', private: true, ...settings }))
    const files = wanted.map((name) => tarballs.get(name) ?? name)
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...files], user)
  })

  test('brings only what it needs, all of it plain JavaScript', () => {
    // npm's own record of the tree: with hasInstallScript, os and cpu where a package has them.
    const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'))
    const names = [...wanted.map((name) => name.replace(/(.)@.*/, '$1')), ...others].sort()
    expect(Object.keys(packages)).toEqual(names.map((name) => `node_modules/${name}`))
    for (const name of names) {
      const { hasInstallScript, os, cpu, libc } = packages[`node_modules/${name}`]
      expect({ hasInstallScript, os, cpu, libc }, name).toEqual({})
      const { scripts = {} } = readManifest(join(modules, name))
      expect(Object.keys(scripts).filter((script) => /^(pre|post)?install$/.test(script))).toEqual([])
    }
    expect(filesUnder(modules).filter((file) => /\.(node|so|dll|dylib|gyp)$/.test(file))).toEqual([])
  })

  test('type-checks and runs', () => {
    cpSync(join(root, 'test', 'programs', `${program}.ts`), join(user, 'main.ts'))
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }))
    run('npx', ['tsc', '-p', user], root)
    expect(run('node', ['main.js'], user)).toBe(prints)
  })
})

const compilerOptions = {
  strict: true,
  target: 'es2022',
  lib: ['es2023', 'dom'],
  module: 'nodenext',
  types: [],
  // Ours must be right without it.
  skipLibCheck: false,
}

describe.each(published)('the tarball of $manifest.name', ({ directory, manifest }) => {
  const installed = join(folder, 'rnn', 'node_modules', manifest.name)

  test('holds the sources, what was built of them, and the papers', () => {
    const sources = filesUnder(join(directory, 'src'))
    const modules = sources.filter((file) => !file.includes('/assembly/')) // that is in kernels/wasm/bytes.ts
    const built = modules.flatMap((file) =>
      ['.js', '.js.map', '.d.ts', '.d.ts.map'].map((suffix) => `dist/${file.replace(/\.ts$/, suffix)}`),
    )
    const papers = ['LICENSE', 'README.md', 'package.json']
    const [bundles, others] = partition(filesUnder(installed), (file) => file.startsWith('dist/node/'))
    expect(others).toEqual([...papers, ...built, ...sources.map((file) => `src/${file}`)].sort())
    const entries = Object.values(manifest.exports ?? {}).flatMap((target) =>
      typeof target === 'string' ? [] : [target.node.replace('./', '')],
    )
    expect(bundles).toEqual(expect.arrayContaining(entries))
    expect(bundles.filter((file) => !/\.js(\.map)?$/.test(file))).toEqual([])
  })

  test('maps its code and its types to the sources that it holds', () => {
    const maps = filesUnder(installed).filter((file) => file.endsWith('.map'))
    expect(maps).toContain('dist/index.d.ts.map')
    for (const map of maps) {
      const { sources } = JSON.parse(readFileSync(join(installed, map), 'utf8'))
      for (const source of sources) {
        const path = join(installed, dirname(map), source)
        expect(path.startsWith(join(installed, 'src')) && existsSync(path), `${map}: ${source}`).toBe(true)
      }
    }
  })
})

function partition<T>(list: readonly T[], holds: (item: T) => boolean): [T[], T[]] {
  return [list.filter(holds), list.filter((item) => !holds(item))]
}
