import {
  AdditiveAttention,
  type Attention,
  BahdanauDecoder,
  Bridge,
  type Decoder,
  DotAttention,
  Embedding,
  Encoder,
  GeneralAttention,
  LuongDecoder,
  type ParameterOptions,
  RecurrentDecoder,
  Seq2Seq,
} from '@unroll/rnn'
import type { Network } from './networks.js'

export interface TranslatorSizes extends ParameterOptions {
  sourceSymbols?: number
  symbols?: number
  embeddingSize?: number
  hiddenSize?: number
  numLayers?: number
  bidirectional?: boolean
}

/** Kinds of sequence-to-sequence models. */
export const kinds = ['no attention', 'Luong', 'Luong, input feeding', 'Bahdanau'] as const
export type Kind = (typeof kinds)[number]

/** A model of a kind, of any recurrent network. */
export function translator(kind: Kind, network: Network, sizes: TranslatorSizes): Seq2Seq {
  const { rng, dtype, numLayers = 1, bidirectional = false } = sizes
  const { sourceSymbols = 4, symbols = 3, embeddingSize: E = 2, hiddenSize: H = 2 } = sizes
  const options = { rng, dtype }
  const encoder = new Encoder(
    new Embedding(sourceSymbols, E, options),
    network.layer(E, H, { ...options, numLayers, bidirectional }),
  )
  const M = encoder.outputSize
  const embedding = new Embedding(symbols, E, options)
  const parts = { embedding, symbols, rng, dtype }
  const layer = (inputSize: number) => network.layer(inputSize, H, { ...options, numLayers })
  const decoders: Record<Kind, () => Decoder> = {
    'no attention': () => new RecurrentDecoder({ ...parts, layer: layer(E) }),
    Luong: () => {
      const attention: Attention =
        M === H ? new DotAttention(H, { scaled: true }) : new GeneralAttention(H, M, options)
      return new LuongDecoder({ ...parts, layer: layer(E), attention })
    },
    'Luong, input feeding': () => {
      const attention = new GeneralAttention(H, M, options)
      const feeding = { inputFeeding: true, attentionalSize: 3 }
      return new LuongDecoder({ ...parts, layer: layer(E + 3), attention, ...feeding })
    },
    Bahdanau: () => {
      const attention = new AdditiveAttention(H, M, H, options)
      return new BahdanauDecoder({ ...parts, layer: layer(E + M), attention })
    },
  }
  const decoder = decoders[kind]()
  const bridge = bidirectional ? new Bridge(encoder.layer, decoder.layer, { rng, dtype }) : undefined
  return new Seq2Seq(encoder, decoder, { startSymbol: 0, bridge })
}
