// Removes from every package's dist/ what was compiled from a source that is gone: `tsc -b` leaves
// it there, and it would be published.
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

for (const group of ['packages', 'examples'])
  for (const name of readdirSync(join(root, group))) prune(join(root, group, name))

function prune(directory) {
  const dist = join(directory, 'dist')
  if (!existsSync(dist)) return
  for (const file of readdirSync(dist, { recursive: true })) {
    if (file.startsWith('node/')) continue // bundles: see bundle-node.mjs
    const [output, stem] = /^(.+?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file) ?? []
    if (output && !existsSync(join(directory, 'src', `${stem}.ts`))) rmSync(join(dist, output))
  }
}
