import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { type LockedPackage, readLockfile } from './support/lockfile.js'
import { filesUnder, published, readManifest, root } from './support/workspace.js'

const { importers, packages } = readLockfile(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8'))

/** Packages that are native code, or that build or fetch it. */
const native =
  /^(gl|webgpu|fsevents|nan|bindings|node-abi|node-gyp.*|prebuild.*|node-addon-api|(@mapbox\/)?node-pre-gyp)$/

/** What is made for one platform each, and comes ready made: the linter, the compiler, and the bundler and the CSS of Vite. */
const tools = /^(@biomejs\/cli|@typescript\/typescript|@rolldown\/binding|lightningcss)-/

test('the lockfile is read whole', () => {
  const names = packages.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(['vitest', '@types/node', 'pure-rand', 'gpu.js']))
  expect(packages.find(({ name }) => name === 'gpu.js')?.dependencies).toContain('acorn')
  expect(packages.filter(isForOnePlatform).map(({ name }) => name)).toContain('@biomejs/cli-linux-x64')
  expect(Object.keys(importers)).toEqual(expect.arrayContaining(['.', 'packages/tensor']))
})

test('the lockfile has no native package, for any platform', () => {
  expect(packages.map(({ name }) => name).filter((name) => native.test(name))).toEqual([])
})

test('but for some tools, nothing in the lockfile is made for one platform', () => {
  const bound = packages.filter(isForOnePlatform).map(({ name }) => name)
  expect(bound.filter((name) => !tools.test(name))).toEqual([])
})

test('of what the published packages want, and may want, this is all that the lockfile has', () => {
  const wanted = published.flatMap(({ group, folder }) => importers[`${group}/${folder}`])
  expect(closureOf(wanted)).toEqual(['acorn', 'fast-check', 'gpu-mock.js', 'gpu.js', 'pure-rand'])
})

test('no dependency of the workspace has a script to run on install, or native code but the tools', () => {
  const store = join(root, 'node_modules', '.pnpm')
  const files = filesUnder(store)
  // name@version/node_modules/name/package.json
  const manifests = files.filter((file) =>
    /^[^/]+\/node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file),
  )
  expect(manifests.length).toBeGreaterThan(50)
  const scripted = manifests.filter((file) => {
    const directory = join(store, dirname(file))
    const { scripts = {} } = readManifest(directory)
    const runs = ['preinstall', 'install', 'postinstall'].some((name) => name in scripts)
    return runs || existsSync(join(directory, 'binding.gyp'))
  })
  expect(scripted).toEqual([])
  const binaries = files.filter((file) => /\.(node|so|dll|dylib)$/.test(file))
  expect(binaries.map((file) => file.replace('+', '/')).filter((file) => !tools.test(file))).toEqual([])
})

function isForOnePlatform({ name, cpu, libc }: LockedPackage): boolean {
  return cpu || libc || tools.test(name)
}

/** Some packages and all that they depend on, by name, in order. */
function closureOf(names: readonly string[]): string[] {
  const found = new Set<string>()
  const open = [...names]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue
    found.add(name)
    open.push(...packages.filter((p) => p.name === name).flatMap(({ dependencies }) => dependencies))
  }
  return [...found].sort()
}
