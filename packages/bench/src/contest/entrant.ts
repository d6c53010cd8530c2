import type { Launch } from './child.js'

/** The name of this library among the contestants. */
export const ours = 'unroll'

/** Who takes part: one program, with one number of threads. */
export interface Entrant {
  readonly name: string
  readonly threads: number
  readonly launch: Launch
}

/** "pytorch, 2 threads" */
export function titleOf({ name, threads }: { name: string; threads: number }): string {
  return threads === 1 ? name : `${name}, ${threads} threads`
}
