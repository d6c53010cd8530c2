import type { Variable } from '@unroll/autograd'
import {
  Adam,
  crossEntropy,
  Dropout,
  Embedding,
  type EpochRecord,
  type FitOptions,
  Linear,
  LSTM,
  Module,
  type Outcome,
} from '@unroll/rnn'
import { Random, readSafetensors, type Tensor } from '@unroll/tensor'

export const symbols = 3

/** Says which symbol a sequence began with. */
export class Recaller extends Module {
  readonly embedding: Embedding
  readonly lstm: LSTM
  readonly dropout: Dropout
  readonly head: Linear

  constructor(rng: Random) {
    super()
    this.embedding = new Embedding(symbols, 4, { rng })
    this.lstm = new LSTM(4, 6, { rng })
    this.dropout = new Dropout(0.2, { rng })
    this.head = new Linear(6, symbols, { rng })
  }

  forward(x: Tensor): Variable {
    const [, { h }] = this.lstm.forward(this.embedding.forward(x))
    return this.head.forward(this.dropout.forward(h.squeeze(0)))
  }
}

export type Batch = { x: Tensor; y: Tensor }

/** Sequences of three symbols, and the first of each. */
export function dataset(size: number, seed: number): Batch {
  const x = new Random(seed).uniform([size, 3], 0, symbols).cast('int32')
  return { x, y: x.slice(null, 0) }
}

/** The data in batches, in another order each time: nothing but something to go over. */
export class Shuffled {
  constructor(
    readonly data: Batch,
    readonly batch: number,
    readonly rng: Random,
  ) {}

  *[Symbol.iterator](): IterableIterator<Batch> {
    const order = this.rng.permutation(this.data.x.shape[0])
    for (let i = 0; i < order.size; i += this.batch) {
      const picked = order.slice([i, Math.min(i + this.batch, order.size)])
      yield { x: this.data.x.indexSelect(0, picked), y: this.data.y.indexSelect(0, picked) }
    }
  }
}

export function recall({ x, y }: Batch, model: Recaller): Outcome {
  const prediction = model.forward(x)
  return { loss: crossEntropy(prediction, y), prediction, target: y, count: x.shape[0] }
}

export type Options = Partial<FitOptions<Batch, Recaller, Outcome>>

/** A model in training, made anew: all that `fit` takes, `fit(run.model, run.data, run.options)`. */
export function fresh(seed = 1, size = 10) {
  const rng = new Random(seed)
  const model = new Recaller(rng)
  const optimizer = new Adam(model.parameters(), { lr: 0.05 })
  const train = new Shuffled(dataset(size, 7), 4, rng)
  const validation = [dataset(6, 8)]
  const data = { train, validation }
  return { rng, model, optimizer, data, options: { rng, optimizer, loss: recall, epochs: 3 } }
}

/** All of a history but the time that it took. */
export function timeless(history: readonly EpochRecord[]): object[] {
  return history.map(({ seconds: _, ...record }) => record)
}

/** All that a checkpoint holds but the time that it took. */
export function contentsOf(bytes: Uint8Array): object {
  const { tensors, metadata } = readSafetensors(bytes)
  const { seconds: _, history, ...run } = JSON.parse(metadata.run)
  const values = Object.entries(tensors).map(([name, { shape, dtype, data }]) => [
    name,
    dtype,
    shape,
    [...data],
  ])
  return { values, run: { ...run, history: timeless(history) } }
}
