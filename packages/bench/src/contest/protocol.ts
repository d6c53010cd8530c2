import type { Workload } from '../workloads/workload.js'

// A contestant runs in a process of its own and is spoken to in lines of JSON: one question, one answer.

export type Question =
  /** Make the model, with the weights and data in the folder (see `writeData`). */
  | {
      readonly ask: 'prepare'
      readonly workload: Workload
      readonly folder: string
      readonly threads: number
    }
  /** Do so many steps, and go on doing them for so long. */
  | { readonly ask: 'run'; readonly steps: number; readonly seconds: number }

export type Answer = Prepared | Ran | Unsupported | Failed

export interface Prepared {
  readonly answer: 'prepared'
  /** What runs, for the report: the version, the back end. */
  readonly about: string
  /** What it does otherwise than the others, where it does: its losses are then not compared. */
  readonly ownMaths?: string
}

export interface Ran {
  readonly answer: 'ran'
  /** Seconds that each step took. */
  readonly times: readonly number[]
  /** What the first steps worked out: the loss, or another number that tells right from wrong. */
  readonly losses: readonly number[]
  /** The most memory that the process has held so far, in bytes. */
  readonly peak: number
}

/** The contestant cannot do this workload. */
export interface Unsupported {
  readonly answer: 'unsupported'
  readonly reason: string
}

export interface Failed {
  readonly answer: 'failed'
  readonly problem: string
}

/** How many losses an answer holds at most. */
export const keptLosses = 5
