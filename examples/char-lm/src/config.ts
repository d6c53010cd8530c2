import { integer, number, oneOf, type Rule } from '@unroll/example-kit'

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
