import { integer, number, oneOf, type Rule } from '@unroll/example-kit'

/** What a run is made with; settled when it begins. */
export interface Config {
  cell: 'rnn' | 'lstm' | 'gru'
  /** Units of the recurrent layer. */
  hidden: number
  /** The probability that one of them is dropped before the last layer, in training. */
  dropout: number
  /** How many days a forecast looks back on. */
  days: number
  /** How many days it tells. */
  horizon: number
  /** Windows in a batch. */
  batch: number
  /** The learning rate at the beginning. */
  lr: number
  /** At most so many; early stopping has enough sooner. */
  epochs: number
  /** How many networks are trained: they differ in their seed alone. */
  networks: number
  seed: number
}

/** Settled by the validation part alone: see the README. */
export const defaults: Config = {
  cell: 'gru',
  hidden: 32,
  dropout: 0.3,
  days: 28,
  horizon: 7,
  batch: 32,
  lr: 0.003,
  epochs: 80,
  networks: 5,
  seed: 1,
}

export const rules: Record<keyof Config, Rule> = {
  cell: oneOf('rnn', 'lstm', 'gru'),
  hidden: integer(1, 1024),
  dropout: number('a number from 0 up to but without 1', (p) => p >= 0 && p < 1),
  days: integer(1, 90),
  horizon: integer(1, 14),
  batch: integer(1, 10_000),
  lr: number('a number above 0', (lr) => lr > 0),
  epochs: integer(1, 10_000),
  networks: integer(1, 50),
  seed: integer(0, 2 ** 32 - 51), // each network has the next one
}
