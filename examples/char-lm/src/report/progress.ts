import { SingleBar } from 'cli-progress'
import type { Run } from '../run.js'
import { formatClock, formatCount, recentMean } from './format.js'

/** Tells how training goes: `update` is to be called after every step. */
export interface Progress {
  update(): void
  stop(): void
}

/** A progress bar in a terminal; elsewhere (a file, a pipe, CI) a plain line now and then. */
export function showProgress(run: Run, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (run.step === run.steps) return { update() {}, stop() {} }
  return stream.isTTY ? progressBar(run, stream) : progressLines(run, stream)
}

/** The steps over which the training loss is averaged for showing: that of a single one is noisy. */
export const shownSteps = 20

function progressBar(run: Run, stream: NodeJS.WriteStream): Progress {
  const pace = new Pace()
  const bar = new SingleBar({
    stream,
    format: '{bar} {percentage} % │ {report}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: Math.max(4, Math.min(30, (stream.columns || 80) - 75)),
    // The terminal's settings stay as they are: nothing is to be put right when the process is killed.
    hideCursor: false,
    linewrap: null,
    gracefulExit: false,
  })
  bar.start(run.steps, run.step, { report: 'the first step …' })
  return {
    update() {
      pace.tick()
      bar.update(run.step, { report: report(run, pace).join(' │ ') })
    },
    stop: () => bar.stop(),
  }
}

function progressLines(run: Run, stream: NodeJS.WriteStream): Progress {
  const pace = new Pace()
  let last = performance.now()
  return {
    update() {
      pace.tick()
      if (performance.now() - last < betweenLines && run.step < run.steps) return
      last = performance.now()
      stream.write(`step ${run.step} of ${run.steps}: ${report(run, pace).join(', ')}\n`)
    },
    stop() {},
  }
}

/** Milliseconds. */
const betweenLines = 10_000

function report(run: Run, pace: Pace): string[] {
  const { step, steps, config, history } = run
  const { loss, gradientNorm, heldOut } = history
  return [
    `${formatCount(pace.stepsPerSecond * config.batch * config.bptt)} char/s`,
    `${formatClock((steps - step) / pace.stepsPerSecond)} left`,
    `train ${recentMean(loss, shownSteps).toFixed(2)}`,
    `held-out ${heldOut.at(-1)?.loss.toFixed(2) ?? '…'}`,
    `grad ${gradientNorm.at(-1)?.toFixed(2)}`,
  ]
}

/** The pace of the last steps. */
class Pace {
  readonly #times = [performance.now()]

  /** To be called after every step. */
  tick(): void {
    this.#times.push(performance.now())
    if (this.#times.length > shownSteps) this.#times.shift()
  }

  get stepsPerSecond(): number {
    const first = this.#times[0]
    const last = this.#times[this.#times.length - 1]
    return ((this.#times.length - 1) * 1000) / (last - first)
  }
}
