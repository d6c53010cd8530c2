// Builds the page in examples/page, after whatever is still to be done for it, and serves it until Ctrl-C.
//
//   node scripts/page.mjs [PORT]     PORT: the first that is tried; default: 4173
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const page = join(root, 'examples', 'page')

const steps = [
  ['scripts/setup.mjs'],
  ['scripts/build-kernels.mjs'],
  ['node_modules/typescript/lib/tsc.js', '-b', page],
]
for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const { build, preview } = await import('vite')
await build({ root: page, logLevel: 'warn' })
const [port = '4173'] = process.argv.slice(2)
const server = await preview({ root: page, logLevel: 'warn', preview: { port: Number(port) } })
console.log(`The page is at ${server.resolvedUrls.local[0]} (Ctrl-C ends it)`)
