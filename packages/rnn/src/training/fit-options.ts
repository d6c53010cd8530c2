import type { Random } from '@unroll/tensor'
import type { Module } from '../modules/module.js'
import type { Schedule } from '../optim/schedules/schedule.js'
import type { Callbacks } from './callbacks.js'
import type { Notes } from './checkpoint/checkpoint.js'
import type { Source } from './evaluate.js'
import type { EarlyStopping, Monitor } from './monitor.js'
import type { LossFunction, Outcome } from './outcome.js'
import type { Clip } from './step.js'
import type { Metrics } from './tally.js'
import type { EpochRecord, TrainingOptimizer } from './training-run.js'

/** Batches are whatever the loss function takes; each source is gone over once an epoch. */
export interface FitData<B> {
  readonly train: Source<B>
  /** Not trained on: judged after every epoch. */
  readonly validation?: Source<B>
}

// biome-ignore lint/suspicious/noExplicitAny: for what is said of all kinds of batches and models alike
export interface FitOptions<B = any, M extends Module = any, O extends Outcome = any> {
  /** How often to go over the training data, in all: of a run that is resumed, with what was done before. */
  epochs: number
  optimizer: TrainingOptimizer
  /**
   * The loss of a batch, a scalar; or with it what else metrics are to see, `{ loss, prediction, target, mask?, lengths? }`,
   * and how much it counts in the mean over batches, `count`.
   */
  loss: LossFunction<B, M, O>
  /** Moves the learning rate. Default: none. */
  schedule?: Schedule
  /** When the schedule moves: after each epoch, told the figure that early stopping monitors (the loss, without), or after each step of the optimiser. Default: epoch. */
  scheduleEvery?: 'epoch' | 'step'
  /** Clip gradients before each step: to a norm (a number, or `{ norm }`), each element (`{ value }`), or by a function. Default: not. */
  clip?: Clip
  /** Take a step by the mean gradient of so many batches (each counts by its `count`): a large batch in the memory of a small one. Default: 1. */
  accumulate?: number
  /** By the names that they are to go by; on the training data as it is trained on, and on the validation data. Default: none. */
  metrics?: Metrics
  /** Stop when the figure that is monitored gets no better. Default: do not. */
  earlyStopping?: EarlyStopping
  /** At the end, put back the weights of the best epoch: by what early stopping goes by, or as said here. Default: false. */
  restoreBest?: boolean | Monitor
  /**
   * Generators that are drawn from besides those in the fields of the model and of the data: a run that is resumed goes
   * on with all of them where they stood. Default: none.
   */
  rng?: Random | readonly Random[]
  /** Told of what happens; awaited, one after another. Default: none. */
  callbacks?: Callbacks | readonly Callbacks[]
  /** Given the whole run as the bytes of a file, after every epoch and when the signal has stopped the run. Default: none. */
  checkpoint?: (bytes: Uint8Array) => unknown
  /** Texts to go with each checkpoint, for `readCheckpoint`: what it takes to make the model again, say. Default: none. */
  notes?: Notes
  /** Besides, give a checkpoint after every so many batches of an epoch. Default: none. */
  checkpointEvery?: number
  /** Bytes that `checkpoint` was given: go on from there, bit for bit as if there had been no break. Default: start anew. */
  resume?: Uint8Array
  /** Stops the run after the batch that is being done. */
  signal?: { readonly aborted: boolean }
}

/** How a run went; plain data. */
export interface FitResult {
  /** One record an epoch. */
  history: EpochRecord[]
  /** All epochs are done; early stopping had enough; or the signal said so. */
  reason: 'finished' | 'stopped early' | 'aborted'
  /** With `restoreBest`: the best epoch, and its figure. Its weights are in the model, unless the run was aborted. */
  best?: { epoch: number; value: number }
}
