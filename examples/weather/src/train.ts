import {
  Adam,
  batches,
  type EpochRecord,
  fit,
  mae,
  mse,
  ReduceLROnPlateau,
  subset,
  type WindowBatch,
} from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import type { Data } from './data/open-data.js'
import { Network } from './model.js'
import type { Run } from './run.js'

export interface TrainOptions {
  /** Stops the training after the current batch. */
  signal?: AbortSignal
  /** Told how far network i is, at its start and after every epoch. */
  onEpoch?: (i: number, history: readonly EpochRecord[]) => void
  /** Called after every epoch, and when the signal has stopped the training: the run can be kept then. */
  save?: () => Promise<void>
}

/** A network that has learnt, and how that went. */
export interface Trained {
  network: Network
  history: EpochRecord[]
}

/** Trains the networks of a run, one after another. Fewer come back when the signal has stopped it. */
export async function train(run: Run, data: Data, options: TrainOptions = {}): Promise<Trained[]> {
  const trained: Trained[] = []
  for (let i = 0; i < run.config.networks; i++) {
    const one = await trainNetwork(run, i, data, options)
    if (!one) break
    trained.push(one)
  }
  return trained
}

/** Network i of a run, from where it stands: at its beginning, in its midst, or at its end already. */
async function trainNetwork(
  { config, checkpoints }: Run,
  i: number,
  { windows, series, degrees, training, validation }: Data,
  { signal, onEpoch, save }: TrainOptions,
): Promise<Trained | undefined> {
  const rng = new Random(config.seed + i)
  const network = new Network(series.shape[1], config, rng)
  const optimizer = new Adam(network.parameters(), { lr: config.lr })
  const data = {
    train: batches(subset(windows, training), { batchSize: config.batch, shuffle: rng }),
    validation: batches(subset(windows, validation), { batchSize: 512 }),
  }
  const { history, reason } = await fit(network, data, {
    epochs: config.epochs,
    optimizer,
    loss({ x, y }: WindowBatch, network) {
      const forecast = network.forward(x)
      // The loss is in the units of the network; what is read by people is in degrees.
      const [prediction, target] = [forecast.value, y].map((z) => degrees.inverse(z))
      return { loss: mse(forecast, y), count: y.size, prediction, target }
    },
    clip: 1,
    metrics: { mae: mae() },
    schedule: new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: 4 }),
    earlyStopping: { patience: 15 },
    restoreBest: true,
    signal,
    resume: checkpoints[i],
    async checkpoint(bytes) {
      checkpoints[i] = bytes
      await save?.()
    },
    callbacks: {
      onStart: (_, { history }) => onEpoch?.(i, history),
      onEpoch: (_record, _progress, { history }) => onEpoch?.(i, history),
    },
  })
  if (reason === 'aborted') return undefined
  network.eval() // `fit` leaves it as it was: ready to be trained
  return { network, history }
}
