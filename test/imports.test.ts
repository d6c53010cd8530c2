import { dirname, join, resolve, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Import, importsUnder } from './support/imports.js'
import { packages, readManifest, root } from './support/workspace.js'

const { devDependencies: tools } = readManifest(root)

/** Which entry point is for which optional peer. */
const entryPoints: Record<string, string> = { 'fast-check': 'testing', 'gpu.js': 'gpu' }

// What a package may depend on is checked with the manifests; here, that it imports nothing else.
describe.each(packages)('$manifest.name', (p) => {
  const { dependencies, peerDependencies, ...manifest } = p.manifest
  const sources = importsUnder(join(p.directory, 'src'))
  const tests = importsUnder(join(p.directory, 'test'))

  test('imports its own files, and what it depends on by entry points', () => {
    const names = Object.keys({ ...dependencies, ...peerDependencies })
    expect(sources.filter((i) => !isFileIn(p.directory, i) && !isEntryPoint(i, names))).toEqual([])
  })

  test('is tested by the entry points of what it depends on', () => {
    const names = [manifest.name, ...Object.keys({ ...dependencies, ...manifest.devDependencies, ...tools })]
    const folders = [p.directory, join(root, 'test', 'support')]
    const others = tests.filter((i) => !folders.some((folder) => isFileIn(folder, i)))
    expect(others.filter((i) => !isEntryPoint(i, names))).toEqual([])
  })

  if (!manifest.private)
    test('imports nothing that only Node has', () => {
      expect(sources.filter(({ specifier }) => specifier.startsWith('node:'))).toEqual([])
    })

  test('imports an optional peer only in the entry point that is for it', () => {
    const optional = sources.filter(({ specifier }) => specifier in (peerDependencies ?? {}))
    const folder = (peer: string) => join(p.directory, 'src', entryPoints[peer]) + sep
    expect(optional.filter(({ file, specifier }) => !file.startsWith(folder(specifier)))).toEqual([])
  })
})

test('imports of every form are found', () => {
  expect(importsUnder(join(root, 'packages/tensor/src'))).toEqual(
    expect.arrayContaining([
      { file: join(root, 'packages/tensor/src/index.ts'), specifier: './shape.js' },
      { file: join(root, 'packages/tensor/src/ops/index.ts'), specifier: './arithmetic.js' },
      {
        file: join(root, 'packages/tensor/src/random.ts'),
        specifier: 'pure-rand/generator/xoroshiro128plus',
      },
    ]),
  )
})

function isFileIn(directory: string, { file, specifier }: Import): boolean {
  if (!specifier.startsWith('.')) return false
  const extension = file.includes(`${sep}assembly${sep}`) ? /\w$/ : /\.(js|json)$|\?raw$/ // AssemblyScript wants none
  return resolve(dirname(file), specifier).startsWith(directory + sep) && extension.test(specifier)
}

/** Whether it is an export of a package named, or a module of Node. */
function isEntryPoint({ specifier }: Import, names: readonly string[]): boolean {
  if (specifier.startsWith('node:')) return true
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? ['']
  const ours = packages.find(({ manifest }) => manifest.name === name)
  return (
    names.includes(name) && (!ours || `.${specifier.slice(name.length)}` in (ours.manifest.exports ?? {}))
  )
}
