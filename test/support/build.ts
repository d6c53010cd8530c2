import { join } from 'node:path'
import { root, run } from './workspace.js'

/** Brings the dist/ of every published package up to date: at once when `npm test` has just done so. */
export function buildPackages(): void {
  run('npx', ['tsc', '-b', 'packages/rnn'], root)
  run('node', [join('scripts', 'prune-dist.mjs')], root)
  run('node', [join('scripts', 'bundle-node.mjs')], root)
}
