import { fail } from '@unroll/tensor'
import { kindOf } from '../modules/input.js'
import type { Module } from '../modules/module.js'
import { checkSize } from '../modules/options.js'
import { loadCheckpoint } from './checkpoint/checkpoint.js'
import type { FitData, FitOptions, FitResult } from './fit-options.js'
import { generatorsIn } from './generators.js'
import { checkEarlyStopping, judgeOf } from './monitor.js'
import { checkClip, forgetGradients } from './step.js'
import { TrainingRun } from './training-run.js'

/** A run that has its first batch before it, or the one that comes after an interruption. Options are checked here. */
export function startRun(model: Module, data: FitData<unknown>, options: FitOptions): TrainingRun {
  const { optimizer, earlyStopping, restoreBest, scheduleEvery = 'epoch' } = options ?? {}
  const { train, validation } = data ?? {}
  const rng = [options?.rng ?? [], generatorsIn(train), generatorsIn(validation)].flat()
  const run = new TrainingRun(model, optimizer, { ...options, rng, data: train })
  checkSource('train', train)
  if (validation !== undefined) checkSource('validation', validation)
  checkSize('fit', 'epochs', options.epochs)
  checkSize('fit', 'accumulate', options.accumulate ?? 1)
  checkSize('fit', 'checkpointEvery', options.checkpointEvery ?? 1)
  if (typeof options.loss !== 'function') fail('fit', `wants a loss function, got ${kindOf(options.loss)}`)
  if (scheduleEvery !== 'epoch' && scheduleEvery !== 'step')
    fail('fit', `scheduleEvery is epoch or step, got ${String(scheduleEvery)}`)
  checkClip(options.clip)
  if (earlyStopping) checkEarlyStopping(earlyStopping)
  judgeOf(run, earlyStopping ?? {})
  if (typeof restoreBest === 'object') judgeOf(run, restoreBest)
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

function checkSource(name: string, source: unknown): void {
  const { [Symbol.iterator]: each, [Symbol.asyncIterator]: eachLater } = Object(source)
  if (typeof each !== 'function' && typeof eachLater !== 'function')
    fail('fit', `wants { ${name} } as something to go over, such as a list of batches, got ${kindOf(source)}`)
}
