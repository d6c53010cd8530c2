import type { Variable } from '@unroll/autograd'
import {
  type Callbacks,
  crossEntropy,
  type FitResult,
  fit,
  linearDecay,
  type Metric,
  OneCycleLR,
  type Progress,
  type Seq2Seq,
} from '@unroll/rnn'
import { argmax, type Tensor } from '@unroll/tensor'
import { notesOf } from './checkpoint.js'
import type { Batch, Run } from './run.js'

export interface TrainOptions {
  /** Bytes that `save` was given: go on from there. */
  resume?: Uint8Array
  /** Stops after the batch that is being done. */
  signal?: AbortSignal
  callbacks?: Callbacks
  /** Given the run as the bytes of a file, after each epoch and when it was stopped. */
  save?(bytes: Uint8Array): Promise<void>
}

/**
 * Trains the model of a run. The decoder is shown what it should have written so far (teacher forcing), from epoch to
 * epoch more of what it did write, if the settings say so (scheduled sampling, Bengio et al. 2015). In the end the model
 * has the weights of the epoch that did best on the validation dates.
 */
export function train(
  run: Run,
  { resume, signal, callbacks = {}, save }: TrainOptions = {},
): Promise<FitResult> {
  const { model, optimizer, rng, config, train, validation } = run
  const { epochs, clip } = config
  let teacherForcing = 1
  const force = ({ epoch }: Progress) => {
    const slope = (1 - config.teacherForcing) / Math.max(1, epochs - 1)
    teacherForcing = linearDecay(epoch - 1, { from: 1, slope, floor: config.teacherForcing })
  }
  return fit(
    model,
    { train, validation },
    {
      epochs,
      optimizer,
      loss({ x, y, lengths }: Batch, model: Seq2Seq) {
        const shown = model.training ? { teacherForcing, rng } : {}
        const { logits } = model.forward(x, y, { sourceLengths: lengths, ...shown })
        return { loss: crossEntropy(logits, y), prediction: logits, target: y, count: y.size }
      },
      schedule: new OneCycleLR(optimizer, {
        totalSteps: epochs * train.length,
        pctStart: 0.2,
        cycleMomentum: false,
      }),
      scheduleEvery: 'step',
      clip,
      metrics: { exact: exact() },
      restoreBest: true,
      rng,
      callbacks: [{ onEpochStart: force }, callbacks],
      resume,
      signal,
      checkpoint: save,
      notes: notesOf(run),
    },
  )
}

/**
 * How many of the dates are right from beginning to end. Under teacher forcing this is what the decoder reaches
 * by itself, too: up to its first mistake, what it is shown is what it wrote.
 */
export function exact(): Metric<
  { right: number; seen: number },
  { prediction: Variable; target: Tensor },
  number
> {
  return {
    better: 'higher',
    start: () => ({ right: 0, seen: 0 }),
    add({ right, seen }, { prediction, target }) {
      const agree = argmax(prediction.value, -1).equal(target).cast('float32')
      return { right: right + agree.min(1).sum().item(), seen: seen + target.shape[0] }
    },
    value: ({ right, seen }) => right / seen,
  }
}
