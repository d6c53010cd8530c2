import { beamSearch, type Decoded, decode, padSequences, type Seq2Seq, type Vocabulary } from '@unroll/rnn'
import { target, targetLength } from '../model.js'
import type { Reader } from './reader.js'

/** A model, and the characters that it knows. */
export interface Network {
  model: Seq2Seq
  source: Vocabulary
}

/** The network as a reader: it writes the likeliest character each time, or follows so many hypotheses. */
export function networkReader(network: Network, name: string, beamWidth = 1): Reader {
  return {
    name,
    read: (texts) =>
      inChunks(texts, 64).flatMap((chunk) =>
        (beamWidth === 1 ? readGreedily(network, chunk) : readByBeam(network, chunk, { beamWidth })).map(
          (one) => isoFrom(Array.isArray(one) ? one[0] : one),
        ),
      ),
  }
}

/** What it writes for each text, and what it looks at as it does so. @throws UnrollError when it does not know a character. */
export function readGreedily(network: Network, texts: readonly string[]): Decoded[] {
  const { model } = network
  return decode(model.step, begin(network, texts), { maxLength: targetLength })
}

/** The `nBest` likeliest dates that a beam search finds for each text. */
export function readByBeam(
  network: Network,
  texts: readonly string[],
  { beamWidth, nBest = 1 }: { beamWidth: number; nBest?: number },
): Decoded[][] {
  const { model } = network
  return beamSearch(model.step, begin(network, texts), { maxLength: targetLength, beamWidth, nBest })
}

export function isoFrom({ symbols }: Decoded): string {
  return target.decode(symbols).join('')
}

/** Each text read to its end. */
function begin({ model, source }: Network, texts: readonly string[]) {
  const { values, lengths } = padSequences(texts.map((text) => source.encode(text)))
  return model.eval().start(values, { lengths })
}

/** So many at a time, to take less memory. */
function inChunks<T>(list: readonly T[], size: number): T[][] {
  const count = Math.ceil(list.length / size)
  return Array.from({ length: count }, (_, i) => list.slice(i * size, (i + 1) * size))
}
