/** What a run is trained with; settled when it begins. */
export interface Config {
  cell: CellName
  /** Units in each recurrent layer. */
  hidden: number
  layers: number
  /** The probability that an output of a recurrent layer is dropped, in training. */
  dropout: number
  /** Characters that a gradient reaches back: the length of a window in time. */
  bptt: number
  /** Streams that are read in parallel. */
  batch: number
  /** The learning rate. */
  lr: number
  /** The norm that gradients are clipped to. */
  clip: number
  seed: number
}

export type CellName = 'rnn' | 'lstm' | 'gru'

/** A model worth reading, in a minute or two on two cores: see the README. */
export const defaults: Config = {
  cell: 'lstm',
  hidden: 192,
  layers: 1,
  dropout: 0,
  bptt: 64,
  batch: 32,
  lr: 0.01,
  clip: 1,
  seed: 1,
}

export const defaultSteps = 1500

/** Says which values a setting may have, be they from the command line or from a checkpoint. */
export interface Rule {
  wants: string
  accepts(value: unknown): boolean
}

export const rules: Record<keyof Config | 'steps', Rule> = {
  cell: oneOf('rnn', 'lstm', 'gru'),
  hidden: integer(1, 4096),
  layers: integer(1, 64),
  dropout: number('a number from 0 up to but without 1', (p) => p >= 0 && p < 1),
  bptt: integer(1, 10_000),
  batch: integer(1, 10_000),
  lr: number('a number above 0', (lr) => lr > 0),
  clip: number('a number above 0', (norm) => norm > 0),
  seed: integer(0, 2 ** 32 - 1),
  steps: integer(1, 100_000_000),
}

export function integer(low: number, high: number): Rule {
  return {
    wants: `an integer from ${low} to ${high}`,
    accepts: (value) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high,
  }
}

export function number(wants: string, holds: (value: number) => boolean): Rule {
  return { wants, accepts: (value) => typeof value === 'number' && Number.isFinite(value) && holds(value) }
}

function oneOf(...names: string[]): Rule {
  return { wants: `one of ${names.join(', ')}`, accepts: (value) => names.some((name) => name === value) }
}
