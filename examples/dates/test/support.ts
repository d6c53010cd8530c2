import { createHash } from 'node:crypto'
import { type Config, defaults } from '../src/config.js'
import { Run } from '../src/run.js'

/** Settings of a run that takes milliseconds. */
export const smallConfig: Config = {
  ...defaults,
  ...{ hidden: 6, dates: 48, heldOut: 12, epochs: 2, batch: 8 },
}

export function smallRun(config: Partial<Config> = {}): Run {
  return new Run({ ...smallConfig, ...config })
}

/** Tells bytes from others: their SHA-256. */
export function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
