import type { Category } from '../../../../../test/support/golden.js'
import type { GoldenRun } from '../golden.js'
import { clip } from './clip.js'
import { layer } from './layers.js'
import { loss } from './losses.js'
import { optim } from './optim.js'
import { cell, packed, rnn } from './recurrent.js'

/** How the cases of a category are worked out with this package. */
export const goldenRuns: Readonly<Record<Exclude<Category, 'op' | 'second_order'>, GoldenRun>> = {
  cell,
  rnn,
  packed,
  layer,
  loss,
  clip,
  optim,
}
