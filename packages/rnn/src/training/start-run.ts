import { generatorsIn } from '../model/generators.js'
import type { Module } from '../modules/module.js'
import { checkFit } from './check-options.js'
import { loadCheckpoint } from './checkpoint/checkpoint.js'
import type { FitData, FitOptions, FitResult } from './fit-options.js'
import { forgetGradients } from './step.js'
import { TrainingRun } from './training-run.js'

/** A run that has its first batch before it, or the one that comes after an interruption. Options are checked here. */
export function startRun(model: Module, data: FitData<unknown>, options: FitOptions): TrainingRun {
  const { train, validation } = data ?? {}
  const rng = [options?.rng ?? [], generatorsIn(train), generatorsIn(validation)].flat()
  const run = new TrainingRun(model, options?.optimizer, { ...options, rng, data: train })
  checkFit(data, options)
  forgetGradients(run)
  if (options.resume) loadCheckpoint(run, options.resume)
  return run
}

export function shouldGoOn(run: TrainingRun, { epochs, earlyStopping, signal }: FitOptions): boolean {
  return run.epoch < epochs && !hadEnough(run, earlyStopping) && !signal?.aborted
}

/** How the run went; and if it is over, the best weights are put back. */
export function endRun(run: TrainingRun, { epochs, earlyStopping, restoreBest }: FitOptions): FitResult {
  const { history, best, model } = run
  const reason =
    run.epoch >= epochs ? 'finished' : hadEnough(run, earlyStopping) ? 'stopped early' : 'aborted'
  if (!restoreBest || !best) return { history, reason }
  if (reason !== 'aborted') model.loadStateDict(best.weights)
  return { history, reason, best: { epoch: best.epoch, value: best.value } }
}

function hadEnough({ waiting }: TrainingRun, earlyStopping: FitOptions['earlyStopping']): boolean {
  return earlyStopping !== undefined && waiting !== undefined && waiting.epochs >= earlyStopping.patience
}
