import type { Variable } from '@unroll/autograd'
import { checkNames } from '@unroll/tensor'
import { Linear } from '../modules/linear.js'
import { checkOptions } from '../modules/options.js'
import {
  Decoder,
  type DecoderOutput,
  type DecoderParts,
  type DecoderState,
  decoderParts,
  type RunLayer,
} from './decoder.js'

/**
 * A decoder without attention, which has the source from its first state alone (Sutskever et al. 2014):
 *
 *     sₜ = RNN(yₜ, sₜ₋₁),   logits = W sₜ + b
 */
export class RecurrentDecoder extends Decoder {
  readonly feedsBack = false
  /** W `[symbols, H]` */
  readonly head: Linear

  constructor(parts: DecoderParts) {
    super(parts)
    checkNames('RecurrentDecoder', parts, decoderParts)
    const { rng, dtype } = checkOptions('RecurrentDecoder', parts)
    this.head = new Linear(this.layer.outputSize, this.symbols, { rng, dtype })
  }

  advance(y: Variable, state: DecoderState, runLayer: RunLayer): DecoderOutput {
    const [s, cells] = runLayer(y, state.cells)
    return { logits: this.head.forward(s), state: { cells } }
  }
}
