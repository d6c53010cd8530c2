// Bundles every published package's modules into one file for each of its entry points: dist/node/. That is
// what Node imports, since it takes longer to find and load a hundred small files than to compile them.
// Bundlers and browsers get the small files, of which a bundler keeps what a program needs. What is up to date already is
// left alone: somebody may be reading it.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(import.meta.url)
const root = dirname(dirname(script))
const stamps = join(root, 'out', 'bundled')

// The bundler wants Node 20.19. Where it is older, Node goes on to the small files.
const [major, minor] = process.versions.node.split('.').map(Number)
const bundle = major > 20 || minor >= 19 ? bundled : forwarded

for (const name of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', name)
  const { private: unpublished, exports } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  if (unpublished) continue
  const entries = Object.values(exports).filter((target) => target.node)
  const [stamp, state] = [join(stamps, name), fingerprint(directory)]
  const isThere = entries.every((target) => existsSync(join(directory, target.node)))
  if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) continue
  rmSync(join(directory, 'dist', 'node'), { recursive: true, force: true })
  await bundle(directory, entries)
  mkdirSync(stamps, { recursive: true })
  writeFileSync(stamp, state)
}

/** Tells one state of what a bundle is made of from another. */
function fingerprint(directory) {
  const source = join(directory, 'src')
  const files = readdirSync(source, { recursive: true }).filter((file) => file.endsWith('.ts'))
  const hash = createHash('sha256').update(bundle.name)
  for (const file of [
    script,
    join(directory, 'package.json'),
    ...files.sort().map((file) => join(source, file)),
  ])
    hash.update(`\0${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
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
