import { createHash } from 'node:crypto'
import type { Config } from '../src/config.js'
import { openText } from '../src/open-run.js'
import { Run } from '../src/run.js'
import { fingerprint } from '../src/text/text.js'
import { Vocabulary } from '../src/text/vocabulary.js'

/** A text that a small model learns in no time, but in which counting letters is no help. */
export const smallText = 'the rain in spain stays mainly in the plain.\n'.repeat(16).trim()

/** Settings of a run that takes milliseconds. */
export const smallConfig: Config = {
  cell: 'lstm',
  hidden: 8,
  layers: 1,
  dropout: 0,
  bptt: 16,
  batch: 4,
  lr: 0.02,
  clip: 1,
  seed: 1,
}

/** A run on a small text at its beginning, and the text as it reads it. */
export function smallRun(steps: number, config: Partial<Config> = {}, text = smallText) {
  const run = new Run({ ...smallConfig, ...config }, steps, Vocabulary.of(text), fingerprint(text))
  return { run, ...openText(run, text) }
}

/** Tells bytes from others: their SHA-256. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
