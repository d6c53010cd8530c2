import type { Variable } from '@unroll/autograd'
import {
  Adam,
  bceWithLogits,
  type FitOptions,
  type FitResult,
  f1,
  fit,
  LRSchedule,
  linearLR,
  type Module,
  type Vocabulary,
} from '@unroll/rnn'
import { type Random, type Tensor, tensor } from '@unroll/tensor'
import type { Config } from './config.js'
import type { Split } from './mails/corpus.js'
import { batchesOf, type MailBatch } from './prepare.js'

/** The log-odds of spam, `[B]`, from words `[B, T]` and lengths `[B]`. */
export interface MailModel extends Module {
  forward(words: Tensor, lengths: Tensor): Variable
}

export interface TrainOptions
  extends Pick<FitOptions, 'callbacks' | 'checkpoint' | 'notes' | 'resume' | 'signal'> {
  config: Config
  vocabulary: Vocabulary
  /** Draws the order of the mails. */
  rng: Random
}

/** Trains until the loss on the validation mails has not fallen for three epochs; then the model has the weights of the best. */
export function train(model: MailModel, split: Split, options: TrainOptions): Promise<FitResult> {
  const { config, vocabulary, rng, ...rest } = options
  const posWeight = tensor(config.spamWeight)
  const data = {
    train: batchesOf(split.training, vocabulary, config.batch, rng),
    validation: batchesOf(split.validation, vocabulary, 64),
  }
  const optimizer = new Adam(model.parameters(), { lr: config.lr })
  return fit(model, data, {
    epochs: config.epochs,
    optimizer,
    schedule: new LRSchedule(optimizer, linearLR({ steps: config.epochs, startFactor: 1, endFactor: 0.1 })),
    loss({ x, lengths, spam }: MailBatch, model: MailModel) {
      const logits = model.forward(x, lengths)
      const loss = bceWithLogits(logits, spam, { posWeight })
      return { loss, prediction: logits, target: spam, count: spam.size }
    },
    metrics: { f1: f1() },
    clip: 1,
    earlyStopping: { patience: 3 },
    restoreBest: true,
    ...rest,
  })
}
