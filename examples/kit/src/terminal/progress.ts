import { SingleBar } from 'cli-progress'
import { formatClock } from '../report/format.js'

/** What is going on, as the steps that it takes. */
export interface Work {
  readonly total: number
  /** How many are done. */
  done(): number
  /** What is to be said of it now, beside the time left. */
  report(stepsPerSecond: number): readonly string[]
  /** The name of a step. Default: step. */
  readonly unit?: string
}

/** Tells how it goes: `update` is to be called after every step. */
export interface Progress {
  update(): void
  stop(): void
}

/** A progress bar in a terminal; elsewhere (a file, a pipe, CI) a plain line now and then. */
export function showProgress(work: Work, stream: NodeJS.WriteStream = process.stderr): Progress {
  if (work.done() >= work.total) return { update() {}, stop() {} }
  return stream.isTTY ? progressBar(work, stream) : progressLines(work, stream)
}

function progressBar(work: Work, stream: NodeJS.WriteStream): Progress {
  const pace = new Pace(work)
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
  bar.start(work.total, work.done(), { report: `the first ${work.unit ?? 'step'} …` })
  return {
    update() {
      pace.tick()
      bar.update(work.done(), { report: describe(work, pace).join(' │ ') })
    },
    stop: () => bar.stop(),
  }
}

function progressLines(work: Work, stream: NodeJS.WriteStream): Progress {
  const pace = new Pace(work)
  let last = performance.now()
  return {
    update() {
      pace.tick()
      if (performance.now() - last < betweenLines && work.done() < work.total) return
      last = performance.now()
      const { unit = 'step', total } = work
      stream.write(`${unit} ${work.done()} of ${total}: ${describe(work, pace).join(', ')}\n`)
    },
    stop() {},
  }
}

/** Milliseconds. */
const betweenLines = 10_000

function describe(work: Work, { stepsPerSecond }: Pace): string[] {
  const left = (work.total - work.done()) / stepsPerSecond
  const [first, ...rest] = work.report(stepsPerSecond)
  return [first, Number.isFinite(left) ? `${formatClock(left)} left` : '…', ...rest]
}

/** The pace of the last steps. */
class Pace {
  readonly #times: { at: number; done: number }[]
  readonly #work: Work

  constructor(work: Work) {
    this.#work = work
    this.#times = [{ at: performance.now(), done: work.done() }]
  }

  /** To be called after every step. */
  tick(): void {
    this.#times.push({ at: performance.now(), done: this.#work.done() })
    if (this.#times.length > 20) this.#times.shift()
  }

  get stepsPerSecond(): number {
    const [first] = this.#times
    const last = this.#times[this.#times.length - 1]
    return ((last.done - first.done) * 1000) / (last.at - first.at)
  }
}
