import { formatCount, type Progress, showProgress } from '@unroll/example-kit'
import type { Callbacks, Progress as FitProgress, TrainingRun } from '@unroll/rnn'

/** Shows how `fit` goes: a bar in a terminal, else a line now and then. `stop` is to be called at the end. */
export function showTraining(mails: number): Callbacks & { stop(): void } {
  let shown: Progress | undefined
  const start = (fit: FitProgress, run: TrainingRun) => {
    const batches = fit.batches ?? 1
    return showProgress({
      total: fit.epochs * batches,
      done: () => run.epoch * batches + run.batch,
      report(stepsPerSecond) {
        const { validation } = run.history.at(-1) ?? {}
        const f1 = validation?.metrics.f1
        return [
          `epoch ${fit.epoch}`,
          `${formatCount((stepsPerSecond * mails) / batches)} mails/s`,
          `loss ${fit.loss.toFixed(3)}`,
          `validation ${validation ? `${validation.loss.toFixed(3)}, F1 ${Number(f1).toFixed(3)}` : '…'}`,
        ]
      },
    })
  }
  return {
    onStart(fit, run) {
      shown = start(fit, run)
    },
    onBatch: () => shown?.update(),
    stop: () => shown?.stop(),
  }
}
