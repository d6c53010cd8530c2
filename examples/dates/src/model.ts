import {
  AdditiveAttention,
  BahdanauDecoder,
  Bridge,
  Embedding,
  Encoder,
  GeneralAttention,
  GRU,
  LuongDecoder,
  Seq2Seq,
  Vocabulary,
} from '@unroll/rnn'
import type { Random } from '@unroll/tensor'
import type { Config } from './config.js'

/** What is written: the characters of ISO 8601. */
export const target = new Vocabulary([...'0123456789-'], ['start'])

/** '1979-05-03' */
export const targetLength = 10

/**
 * Reads a date character by character, in both directions, and writes it again as it should be, looking back at what it
 * has read.
 */
export function dateReader(source: Vocabulary, { attention, hidden }: Sizes, rng: Random): Seq2Seq {
  const encoder = new Encoder(
    new Embedding(source.size, embeddingSize, { rng }),
    new GRU(embeddingSize, hidden, { bidirectional: true, rng }),
  )
  const decoder = decoders[attention](encoder.outputSize, hidden, rng)
  const bridge = new Bridge(encoder.layer, decoder.layer, { rng })
  return new Seq2Seq(encoder, decoder, { startSymbol: target.start as number, bridge })
}

type Sizes = Pick<Config, 'attention' | 'hidden'>

/** There are too few characters for long vectors to pay off. */
const embeddingSize = 32

/** Both write what they make of an attention over `memory` features a character. */
const decoders = {
  luong: (memory: number, hidden: number, rng: Random) =>
    new LuongDecoder({
      embedding: new Embedding(target.size, embeddingSize, { rng }),
      layer: new GRU(embeddingSize, hidden, { rng }),
      attention: new GeneralAttention(hidden, memory, { rng }),
      symbols: target.size,
      rng,
    }),
  bahdanau: (memory: number, hidden: number, rng: Random) =>
    new BahdanauDecoder({
      embedding: new Embedding(target.size, embeddingSize, { rng }),
      layer: new GRU(embeddingSize + memory, hidden, { rng }),
      attention: new AdditiveAttention(hidden, memory, hidden, { rng }),
      symbols: target.size,
      rng,
    }),
}
