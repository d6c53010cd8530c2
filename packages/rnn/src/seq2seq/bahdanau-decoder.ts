import { concat, type Variable } from '@unroll/autograd'
import { checkNames } from '@unroll/tensor'
import { Linear } from '../modules/linear.js'
import { checkOptions } from '../modules/options.js'
import { AttentionDecoder, type AttentionDecoderParts, attentionDecoderParts } from './attention-decoder.js'
import type { DecoderOutput, DecoderState, RunLayer } from './decoder.js'

/**
 * A decoder that attends with the state before a step, and steps with what it read (Bahdanau et al. 2015, A.2.2):
 *
 *     cₜ = attention(sₜ₋₁)
 *     sₜ = RNN([yₜ; cₜ], sₜ₋₁)
 *     logits = W [sₜ; cₜ; yₜ] + b
 *
 * (where the paper has a maxout layer for the last). The layer's inputSize is that of the embedding and of the
 * memory together; of several layers, the last one asks.
 */
export class BahdanauDecoder extends AttentionDecoder {
  readonly feedsBack = true
  /** W `[symbols, H + inputSize]` */
  readonly head: Linear

  constructor(parts: AttentionDecoderParts) {
    super(parts, ({ cells }) => cells[cells.length - 1].stateSizes.h)
    checkNames('BahdanauDecoder', parts, attentionDecoderParts)
    const { rng, dtype } = checkOptions('BahdanauDecoder', parts)
    this.head = new Linear(this.layer.outputSize + this.layer.inputSize, this.symbols, { rng, dtype })
  }

  advance(y: Variable, state: DecoderState, runLayer: RunLayer): DecoderOutput {
    const memory = this.memoryOf(state)
    const { h } = state.cells[state.cells.length - 1]
    const { context: c, weights } = this.attention.read(h, memory)
    const [s, cells] = runLayer(concat([y, c], -1), state.cells)
    const logits = this.head.forward(concat([s, c, y], -1))
    return { logits, state: { cells, memory }, weights }
  }
}
