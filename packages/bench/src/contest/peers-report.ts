import type { Machine } from '../machine.js'
import type { Score } from './contest.js'
import type { Installed } from './install.js'

/** What `bench:peers` writes as JSON, and the README's table is made from. */
export interface PeersReport {
  readonly machine: Machine
  readonly rounds: number
  readonly installs: Readonly<Record<string, Installed>>
  readonly scores: readonly Score[]
}
