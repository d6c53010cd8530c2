import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { packages, published, readManifest, root } from './support/workspace.js'

const { version } = readManifest(root)

/** What each published package may need at run time: arrows point down only, and strangers are few. */
const runtimeDependencies: Record<string, readonly string[]> = {
  '@unroll/tensor': ['pure-rand'],
  '@unroll/autograd': ['@unroll/tensor'],
  '@unroll/rnn': ['@unroll/autograd', '@unroll/tensor'],
}

/** What npm would run on a user's machine. */
const installScripts = ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare']

describe.each(packages)('$manifest.name', ({ directory, folder, group, manifest }) => {
  test('has the fields that all packages have', () => {
    expect(manifest).toMatchObject({
      name: group === 'examples' ? `@unroll/example-${folder}` : `@unroll/${folder}`,
      version,
      description: expect.stringMatching(/\w/),
      license: 'MIT',
      type: 'module',
      engines: { node: '>=20' },
    })
  })

  test('is private unless it is for users', () => {
    expect(!manifest.private).toBe(manifest.name in runtimeDependencies)
  })

  test('runs nothing on install', () => {
    expect(Object.keys(manifest.scripts ?? {}).filter((name) => installScripts.includes(name))).toEqual([])
    expect(existsSync(join(directory, 'binding.gyp'))).toBe(false)
  })

  test("asks for the workspace's packages at their version, as published", () => {
    for (const [name, range] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }))
      if (name.startsWith('@unroll/')) expect([name, range]).toEqual([name, `^${version}`])
  })

  test('refers in its tsconfig to the packages that it depends on', () => {
    const { references } = JSON.parse(readFileSync(join(directory, 'tsconfig.json'), 'utf8'))
    const referred = references.map(
      ({ path }: { path: string }) => readManifest(resolve(directory, path)).name,
    )
    const internal = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith('@unroll/'))
    expect(referred.sort()).toEqual(internal.sort())
  })

  test('is built with the others', () => {
    const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'))
    expect(references).toContainEqual({ path: `${group}/${folder}` })
  })
})

describe.each(published)('$manifest.name, for users,', ({ directory, manifest }) => {
  const { name } = manifest

  test('has the fields that published packages have', () => {
    expect(manifest).toMatchObject({
      author: expect.stringMatching(/\w/),
      keywords: expect.arrayContaining(['typescript']),
      sideEffects: false,
      files: ['dist', 'src', '!**/*.tsbuildinfo'],
      publishConfig: { access: 'public' },
    })
  })

  test('comes with its licence and a README', () => {
    const licence = readFileSync(join(root, 'LICENSE'), 'utf8')
    expect(readFileSync(join(directory, 'LICENSE'), 'utf8')).toBe(licence)
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toContain(`# ${name}\n`)
  })

  test('needs at run time only what it may', () => {
    expect(runtimeDependencies[name]).toEqual(
      expect.arrayContaining(Object.keys(manifest.dependencies ?? {})),
    )
    expect(manifest.optionalDependencies).toBeUndefined()
    expect(manifest.bundleDependencies ?? manifest.bundledDependencies).toBeUndefined()
    for (const peer of Object.keys(manifest.peerDependencies ?? {})) {
      expect(['fast-check', 'gpu.js']).toContain(peer)
      expect(manifest.peerDependenciesMeta?.[peer]?.optional, peer).toBe(true)
    }
  })

  test('exports source, types, code for Node and code, in this order, under matching names', () => {
    const { '.': main, './package.json': itself, ...others } = manifest.exports ?? {}
    expect(itself).toBe('./package.json')
    expect(main).toBeDefined()
    for (const target of [main, ...Object.values(others)]) {
      const { '@unroll/source': source } = target as Record<string, string>
      expect(existsSync(join(directory, source)), source).toBe(true)
      const output = source.replace('./src/', './dist/').replace(/\.ts$/, '')
      expect(Object.entries(target)).toEqual([
        ['@unroll/source', source],
        ['types', `${output}.d.ts`],
        ['node', `./dist/node/${output.replace('./dist/', '').replace(/\/index$/, '')}.js`],
        ['default', `${output}.js`],
      ])
    }
  })
})

// It translates kernels to shaders, and its next version may do so otherwise: the one that is tested is the one that is wanted.
test('gpu.js is wanted in the very version that is tested', () => {
  const { devDependencies } = readManifest(root)
  const wanted = published.flatMap(({ manifest }) => manifest.peerDependencies?.['gpu.js'] ?? [])
  expect(wanted).toEqual([devDependencies?.['gpu.js']])
})

test('what users do not install is pinned to one version', () => {
  for (const manifest of [readManifest(root), ...packages.map((p) => p.manifest)]) {
    const { name, dependencies, devDependencies } = manifest
    const pinned = { ...(manifest.private && dependencies), ...devDependencies }
    for (const [dependency, range] of Object.entries(pinned))
      if (!dependency.startsWith('@unroll/'))
        expect(range, `${dependency} in ${name}`).toMatch(/^(npm:.+@)?\d+\.\d+\.\d+$/)
  }
})
