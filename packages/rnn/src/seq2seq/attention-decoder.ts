import type { Variable } from '@unroll/autograd'
import { fail, kindOf, type OptionNames, type Tensor } from '@unroll/tensor'
import { Attention, type Memory, type MemoryOptions } from '../attention/attention.js'
import type { State } from '../cells/state.js'
import type { Recurrent } from '../layers/recurrent.js'
import { Decoder, type DecoderParts, type DecoderState, decoderParts } from './decoder.js'

export interface AttentionDecoderParts extends DecoderParts {
  /**
   * Of any kind, with queries of the size that the decoder asks with, and memories of that of the encoder's outputs.
   */
  attention: Attention
}

export const attentionDecoderParts: OptionNames<AttentionDecoderParts> = { ...decoderParts, attention: true }

/** What decoders with attention share: it is over what the encoder gave, and that is part of their state. */
export abstract class AttentionDecoder extends Decoder {
  readonly attention: Attention

  /** @param querySizeOf by the layer, the size of the queries that it asks with */
  constructor(parts: AttentionDecoderParts, querySizeOf: (layer: Recurrent) => number) {
    super(parts)
    const op = this.constructor.name
    const { attention } = parts
    const querySize = querySizeOf(this.layer)
    if (!(attention instanceof Attention)) fail(op, `wants attention, got ${kindOf(attention)}`)
    if (attention.querySize !== querySize)
      fail(op, `asks with ${querySize} features, and its attention reads queries of ${attention.querySize}`)
    this.attention = attention
  }

  override start(
    cells: readonly State[],
    memory: Variable | Tensor,
    options: MemoryOptions = {},
  ): DecoderState {
    return { cells, memory: this.attention.over(memory, options) }
  }

  /** What there is to be read. @throws UnrollError when the state does not come from `start`. */
  protected memoryOf({ memory }: DecoderState): Memory {
    return memory ?? fail(this.constructor.name, 'wants a state with a memory, as start gives it')
  }
}
