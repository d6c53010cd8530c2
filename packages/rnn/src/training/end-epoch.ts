import type { FitOptions } from './fit-options.js'
import { beats, figureOf, type Judge, judgeOf } from './monitor.js'
import { type Evaluation, evaluationOf, plainFigures } from './tally.js'
import type { EpochRecord, TrainingRun } from './training-run.js'

type Judging = Pick<FitOptions, 'earlyStopping' | 'restoreBest' | 'scheduleEvery'>

/** Writes an epoch down, and judges it: the best weights, early stopping, the schedule. */
export function endEpoch(
  run: TrainingRun,
  validation: Evaluation | undefined,
  options: Judging,
): EpochRecord {
  const record = recordOf(run, validation)
  const { earlyStopping, restoreBest } = options
  const judge = judgeOf(run.metrics, earlyStopping ?? {})
  if (restoreBest)
    keepBest(run, record, typeof restoreBest === 'object' ? judgeOf(run.metrics, restoreBest) : judge)
  if (earlyStopping) wait(run, figureOf(record, judge), judge, earlyStopping.minDelta)
  if (options.scheduleEvery !== 'step') run.schedule?.step(figureOf(record, judge))
  run.nextEpoch(record)
  return record
}

function recordOf(run: TrainingRun, validation: Evaluation | undefined): EpochRecord {
  const epoch = run.epoch + 1
  return {
    epoch,
    ...plainFigures(evaluationOf(run.tally, run.metrics), `in epoch ${epoch}`),
    ...(validation && { validation: plainFigures(validation, `on the validation data in epoch ${epoch}`) }),
    lr: run.optimizer.lr,
    gradientNorm: run.norms / run.steps,
    steps: run.steps,
    seconds: run.seconds,
  }
}

function keepBest(run: TrainingRun, record: EpochRecord, judge: Judge): void {
  const value = figureOf(record, judge)
  if (!run.best || beats(value, run.best.value, judge))
    run.best = { epoch: record.epoch, value, weights: run.model.stateDict() }
}

function wait(run: TrainingRun, figure: number, judge: Judge, minDelta: number | undefined): void {
  const { waiting } = run
  if (!waiting || beats(figure, waiting.value, judge, minDelta)) run.waiting = { value: figure, epochs: 0 }
  else waiting.epochs++
}
