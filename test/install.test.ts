import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { filesUnder, readManifest, root } from './support/workspace.js'

/** Packages that are native code, or that build or fetch it. */
const native = /^(gl|webgpu|fsevents|nan|bindings|node-gyp.*|prebuild-install|(@mapbox\/)?node-pre-gyp)$/

test('the lockfile has no native package, for any platform', () => {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')
  const names = [...lockfile.matchAll(/^ {2}'?(@?[^@'\s]+)@[^:]+:$/gm)].map((match) => match[1])
  expect(names).toEqual(expect.arrayContaining(['vitest', '@types/node', 'pure-rand']))
  expect(names.filter((name) => native.test(name))).toEqual([])
})

test('no dependency of the workspace has a script to run on install', () => {
  const store = join(root, 'node_modules', '.pnpm')
  // name@version/node_modules/name/package.json
  const manifests = filesUnder(store).filter((file) =>
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
})
