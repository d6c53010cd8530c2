import { formatShare, type Progress, showProgress } from '@unroll/example-kit'
import type { Callbacks } from '@unroll/rnn'

/** Tells how training goes, as callbacks of `fit`. */
export function showTraining(stream?: NodeJS.WriteStream): Callbacks & { stop(): void } {
  let shown: Progress | undefined
  return {
    onStart(progress, run) {
      const batches = progress.batches as number
      shown = showProgress(
        {
          total: progress.epochs * batches,
          unit: 'batch',
          done: () => run.epoch * batches + run.batch,
          report: () => [
            `epoch ${progress.epoch} of ${progress.epochs}`,
            `loss ${progress.batchLoss.toFixed(3)}`,
            `validation ${shareOf(run.history.at(-1)?.validation?.metrics.exact)}`,
          ],
        },
        stream,
      )
    },
    onBatch: () => shown?.update(),
    stop: () => shown?.stop(),
  }
}

function shareOf(exact: unknown): string {
  return typeof exact === 'number' ? formatShare(exact) : '…'
}
