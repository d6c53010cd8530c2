import type { Variable } from '@unroll/autograd'
import { fail, kindOf, type Tensor } from '@unroll/tensor'
import type { State } from '../cells/state.js'
import type { Lengths } from '../layers/lengths.js'
import { Recurrent } from '../layers/recurrent.js'
import { Module } from '../modules/module.js'
import type { Layer } from '../modules/sequential.js'

/**
 * Reads a source, for a decoder to write from: an embedding (of symbols; or any module that makes vectors of
 * steps), and any recurrent layer over it.
 *
 *     new Encoder(new Embedding(30, 16, { rng }), new GRU(16, 32, { bidirectional: true, rng }))
 */
export class Encoder<Source = Tensor> extends Module {
  /** @throws UnrollError when the layer is not batch-first, or gives its last step alone. */
  constructor(
    readonly embedding: Layer<Source>,
    readonly layer: Recurrent,
  ) {
    super()
    if (!(embedding instanceof Module))
      fail('Encoder', `wants an embedding, a module that makes vectors of symbols, got ${kindOf(embedding)}`)
    if (!(layer instanceof Recurrent)) fail('Encoder', `wants a recurrent layer, got ${kindOf(layer)}`)
    if (!layer.batchFirst || !layer.returnSequences)
      fail('Encoder', 'wants a layer with batchFirst: true and returnSequences: true')
  }

  /** The features of what is read from a step. */
  get outputSize(): number {
    return this.layer.outputSize
  }

  /**
   * Source `[B, S]` (what the embedding takes) to what each step came to, `[B, S, outputSize]`, 0 in the
   * padding, and the state of the layer at the end of each sequence.
   */
  forward(source: Source, options: { lengths?: Lengths } = {}): [memory: Variable, end: State] {
    return this.layer.forward(this.embedding.forward(source), undefined, options)
  }
}
