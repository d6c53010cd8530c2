import { Adam, type Batches, bucketBatches, type Seq2Seq, sequences, Vocabulary } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import type { Config } from './config.js'
import { drawExamples, type Example, type Examples } from './dates/examples.js'
import { dateReader, target, targetLength } from './model.js'

/** What a run is made of, as it is before the first step; the same settings give the same bits. */
export class Run {
  readonly examples: Examples
  /** The characters of the texts. */
  readonly source: Vocabulary
  readonly model: Seq2Seq
  readonly optimizer: Adam
  readonly train: Batches<Batch>
  readonly validation: Batches<Batch>
  /** Draws when the decoder is to read what it wrote itself. */
  readonly rng: Random

  constructor(readonly config: Config) {
    const { dates, heldOut, batch, lr, seed } = config
    const rng = new Random(seed)
    this.examples = drawExamples({ training: dates, heldOut }, rng)
    this.source = Vocabulary.of(textsOf(this.examples), { specials: ['pad'] })
    this.model = dateReader(this.source, config, rng)
    this.optimizer = new Adam(this.model.parameters(), { lr })
    this.train = this.#batches(this.examples.training, batch, new Random(rng.integer(2 ** 32)))
    this.validation = this.#batches(this.examples.validation, 128)
    this.rng = rng
  }

  #batches(examples: readonly Example[], batchSize: number, shuffle?: Random): Batches<Batch> {
    const x = examples.map(({ text }) => this.source.encode(text))
    const y = tensor(
      examples.map(({ iso }) => [...target.encode(iso)]),
      { dtype: 'int32', shape: [examples.length, targetLength] },
    )
    return bucketBatches(sequences({ x, y }), { batchSize, shuffle, bucketWidth: 4 })
  }
}

/** x `[B, S]` what was written, of so many characters `[B]`; y `[B, 10]` what it means. */
export interface Batch {
  [name: string]: Tensor
  x: Tensor
  y: Tensor
  lengths: Tensor
}

function textsOf(examples: Examples): string[] {
  return Object.values(examples).flatMap((part: Example[]) => part.map(({ text }) => text))
}
