import { integer, number, oneOf, type Rule } from '@unroll/example-kit'
import { dayCount } from './dates/examples.js'

/** What a run is trained with; settled when it begins. */
export interface Config {
  attention: AttentionName
  /** Units of the encoder in each direction, and of the decoder. */
  hidden: number
  /** How many dates to train on. */
  dates: number
  /** How many dates to judge by; and half as many in unseen forms, mistyped, and to choose the best epoch by. */
  heldOut: number
  /** How often the dates are gone over. */
  epochs: number
  batch: number
  /** The largest learning rate. */
  lr: number
  /** The norm that gradients are clipped to. */
  clip: number
  /** In the last epoch, the share of characters that the decoder is shown as they should be, and not as it wrote them. */
  teacherForcing: number
  seed: number
}

export type AttentionName = 'luong' | 'bahdanau'

/** A run of two minutes on two cores: see the README. */
export const defaults: Config = {
  attention: 'luong',
  hidden: 64,
  dates: 16_000,
  heldOut: 1000,
  epochs: 8,
  batch: 64,
  lr: 0.005,
  clip: 1,
  teacherForcing: 1,
  seed: 1,
}

export const rules: Record<keyof Config, Rule> = {
  attention: oneOf('luong', 'bahdanau'),
  hidden: integer(1, 2048),
  dates: integer(1, dayCount / 2),
  heldOut: integer(1, dayCount / 5),
  epochs: integer(1, 10_000),
  batch: integer(1, 10_000),
  lr: number('a number above 0', (lr) => lr > 0),
  clip: number('a number above 0', (norm) => norm > 0),
  teacherForcing: number('a number from 0 to 1', (share) => share >= 0 && share <= 1),
  seed: integer(0, 2 ** 32 - 1),
}
