// Runs one of the examples, after whatever is still to be done for it: install, compile, bundle.
//
//   node scripts/example.mjs NAME [ARGUMENTS …]
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [name, ...args] = process.argv.slice(2)

const steps = [
  ['scripts/setup.mjs', '--node', '20.0'], // the programs want less of Node than the tests
  ['scripts/build-kernels.mjs'],
  ['node_modules/typescript/lib/tsc.js', '-b', `examples/${name}`],
  ['scripts/bundle-node.mjs'],
]
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const main = join(root, 'examples', name, 'dist', 'main.js')
process.argv = [process.execPath, main, ...args]
await import(pathToFileURL(main))
