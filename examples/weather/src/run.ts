import { createHash } from 'node:crypto'
import { fail } from '@unroll/tensor'
import { type Config, defaults } from './config.js'

/** A training run between two of its steps: all that it takes to go on as if it had never stopped. */
export interface Run {
  readonly config: Config
  /** Of the text that the weather was read from. */
  readonly fingerprint: string
  /** What `fit` gave to be kept of each network, the last time; of those that come later, nothing yet. */
  readonly checkpoints: Uint8Array[]
}

/** The run that the command line asks for: a new one, or one that goes on. */
export function openRun(given: Partial<Config>, text: string, former?: Run): Run {
  if (!former) return { config: { ...defaults, ...given }, fingerprint: fingerprint(text), checkpoints: [] }
  const refuse = (problem: string) => fail('--resume', `the run ${problem}`)
  for (const name of Object.keys(given) as (keyof Config)[])
    if (given[name] !== former.config[name])
      refuse(`has --${name} ${former.config[name]}, and cannot change to ${given[name]} on the way`)
  if (fingerprint(text) !== former.fingerprint) refuse('was begun on other weather; name that with --data')
  return former
}

/** Tells one text from another: its SHA-256, in hexadecimal. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
