import { fail, kindOf } from '@unroll/tensor'
import { Cell } from '../cells/cell.js'
import type { State } from '../cells/state.js'
import { type LayerOptions, Recurrent } from './recurrent.js'

/**
 * Two cells, any that read the same input, the one from the beginning of a sequence and the other from its end. Shapes:
 * see `Recurrent`.
 *
 *     new Bidirectional(new GRUCell(8, 32, { rng }), new GRUCell(8, 32, { rng }), { merge: 'sum' })
 */
export class Bidirectional<S extends State = State> extends Recurrent<S> {
  constructor(
    forward: Cell<S>,
    backward: Cell<S>,
    options: Pick<LayerOptions, 'merge' | 'batchFirst' | 'returnSequences'> = {},
  ) {
    for (const cell of [forward, backward])
      if (!(cell instanceof Cell)) fail('Bidirectional', `wants two cells, got ${kindOf(cell)}`)
    const cellOf = (_: number, { reverse }: { reverse: boolean }) => (reverse ? backward : forward)
    super(forward.inputSize, cellOf, { ...options, bidirectional: true })
  }
}
