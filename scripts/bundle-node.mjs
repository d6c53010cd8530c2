// Bundles every published package's modules into one file for each of its entry points: dist/node/. That is
// what Node imports, since it takes longer to find and load a hundred small files than to compile them.
// Bundlers and browsers get the small files, of which a bundler keeps what a program needs.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

// The bundler wants Node 20.19. Where it is older, Node goes on to the small files.
const [major, minor] = process.versions.node.split('.').map(Number)
const bundle = major > 20 || minor >= 19 ? bundled : forwarded

for (const name of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', name)
  const { private: unpublished, exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  if (unpublished) continue
  const entries = Object.values(exports).filter((target) => target.node)
  rmSync(join(directory, 'dist', 'node'), { recursive: true, force: true })
  await bundle(directory, entries)
}

async function bundled(directory, entries) {
  const { rolldown } = await import('rolldown')
  const input = Object.fromEntries(
    entries.map((target) => [basename(target.node, '.js'), join(directory, target['@unroll/source'])]),
  )
  // What a package depends on stays outside: all who import it share one.
  const build = await rolldown({ input, platform: 'node', external: /^[^./]/, logLevel: 'silent' })
  await build.write({
    dir: join(directory, 'dist', 'node'),
    sourcemap: true,
    chunkFileNames: '[name].js',
    keepNames: true, // messages name classes: Tensor, whatever it is called in the bundle
  })
  await build.close()
}

async function forwarded(directory, entries) {
  for (const target of entries) {
    const file = join(directory, target.node)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `export * from '${target.default.replace('./dist/', '../')}'\n`)
  }
}
