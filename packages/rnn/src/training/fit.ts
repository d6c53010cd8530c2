import { rememberModes } from '../model/modes.js'
import type { Module } from '../modules/module.js'
import { breather } from './breathe.js'
import { callEach } from './callbacks.js'
import { fetchCheckpoint } from './checkpoint/checkpoint.js'
import { endEpoch } from './end-epoch.js'
import type { FitData, FitOptions, FitResult } from './fit-options.js'
import { numberIn, seenBy } from './on-host.js'
import { type Outcome, outcomeOf } from './outcome.js'
import { Progress } from './progress.js'
import { remainingBatches } from './remaining.js'
import { settled } from './settled.js'
import { endRun, shouldGoOn, startRun } from './start-run.js'
import { addGradient, checkLoss, forgetGradients, takeStep } from './step.js'
import { addTo } from './tally.js'
import { validate } from './validate.js'

/**
 * Trains a model on batches, epoch after epoch:
 *
 *     const { history } = await fit(model, { train, validation }, {
 *       epochs: 20,
 *       optimizer: new Adam(model.parameters()),
 *       loss: ({ x, y }, model) => crossEntropy(model.forward(x), y),
 *       callbacks: printProgress(),
 *     })
 *
 * The model may be on a device: then the loss of each batch and the norm of its gradient are waited for, and what was made
 * there for a batch is freed after it, but for what the model holds. What else is to be had later of it, in a list of
 * the loss function's own, say, has to be kept: `gpu.keep(x)`.
 *
 * The event loop has its turns meanwhile. Whatever ends the run, each part of the model is then in the mode (training or
 * evaluation) that it was in before.
 *
 * @throws UnrollError when an option will not do; when the data give no batches; when a loss or the norm of a gradient is
 * not finite, with the epoch, the batch and the value: the weights are then as they were before that step.
 */
export async function fit<B, M extends Module, O extends Outcome>(
  model: M,
  data: FitData<B>,
  options: FitOptions<B, M, O>,
): Promise<FitResult> {
  const run = startRun(model, data, options)
  const { loss, accumulate = 1, checkpoint, checkpointEvery = Number.POSITIVE_INFINITY, signal } = options
  const progress = new Progress(run, options.epochs, data.train)
  const callbacks = [options.callbacks ?? []].flat()
  const [putModesBack, breathe] = [rememberModes(model), breather()]
  const save = async () => {
    if (checkpoint) await checkpoint(await fetchCheckpoint(run, options.notes))
  }
  try {
    await settled(run, options.resume !== undefined, () => callEach(callbacks, 'onStart', progress, run))
    while (shouldGoOn(run, options)) {
      await settled(run, run.batch > 0, () => callEach(callbacks, 'onEpochStart', progress, run))
      model.train()
      run.startClock()
      for await (const batch of remainingBatches(data.train, run)) {
        run.batch++
        const outcome = run.memory.run(() => outcomeOf(loss(batch, model)))
        const value = await numberIn(outcome.loss)
        checkLoss(run, value)
        addGradient(run, outcome, accumulate)
        if (run.pending >= accumulate) await takeStep(run, options)
        addTo(run.tally, run.metrics, await seenBy(run.metrics, outcome), value)
        run.memory.clear()
        run.stopClock()

        progress.count(value)
        await callEach(callbacks, 'onBatch', progress, run)
        await breathe()
        if (signal?.aborted) break
        if (run.batch % checkpointEvery === 0) await save()
        run.startClock()
      }
      if (signal?.aborted) break

      if (run.pending > 0) await takeStep(run, options)
      progress.endEpoch()
      const validation = await validate(run, data, options)
      if (signal?.aborted) break
      const record = endEpoch(run, validation, options)
      await callEach(callbacks, 'onEpoch', record, progress, run)
      await save()
    }
    const result = endRun(run, options)
    if (result.reason === 'aborted') await save()
    await callEach(callbacks, 'onEnd', result, run)
    return result
  } finally {
    putModesBack()
    forgetGradients(run)
    run.memory.clear()
  }
}
