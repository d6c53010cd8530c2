import { formatCount, type Progress, recentMean, showProgress } from '@unroll/example-kit'
import type { Run } from '../run.js'

/** Tells how training goes: `update` is to be called after every step. */
export function showTraining(run: Run, stream?: NodeJS.WriteStream): Progress {
  const { steps, config, history } = run
  const { loss, gradientNorm, heldOut } = history
  const work = {
    total: steps,
    done: () => run.step,
    report: (stepsPerSecond: number) => [
      `${formatCount(stepsPerSecond * config.batch * config.bptt)} char/s`,
      `train ${recentMean(loss, shownSteps).toFixed(2)}`,
      `held-out ${heldOut.at(-1)?.loss.toFixed(2) ?? '…'}`,
      `grad ${gradientNorm.at(-1)?.toFixed(2)}`,
    ],
  }
  return showProgress(work, stream)
}

/** The steps over which the training loss is averaged for showing: that of a single one is noisy. */
export const shownSteps = 20
