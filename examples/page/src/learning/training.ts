import type { Variable } from '@unroll/autograd'
import type { WindowBatch } from '@unroll/rnn'
import { type Compiled, type GpuKernels, gpuKernels, type Mode, type TraceReport } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { batchOf } from './batches.js'
import { breathe, showFirst } from './breathe.js'
import { Pace, stepsPerCall } from './pace.js'
import type { Run } from './run.js'

export type Phase = 'still' | 'opening' | 'compiling' | 'training' | 'stopping'

/** Who is told of what happens. */
export interface Watcher {
  onPhase(phase: Phase): void
  onDevice(gpu: GpuKernels): void
  /** After the first call: what became of the step, and how it is handed to the device. */
  onCompiled(report: TraceReport, how: string | undefined): void
  /** After every call of the compiled step: parameters and losses are those of so many steps. */
  onSteps(count: number): void
  onProblem(problem: unknown): void
}

type Step = Compiled<WindowBatch, Variable>

/** Trains a run on a device, until it is told to stop. Whatever goes wrong ends the training, and never the run. */
export class Training {
  readonly #watcher: Watcher
  #run: Run
  #mode: Mode | 'auto' = 'auto'
  #gpu?: GpuKernels
  #step?: Step
  #going?: { readonly stop: AbortController; readonly done: Promise<void> }

  constructor(run: Run, watcher: Watcher) {
    this.#run = run
    this.#watcher = watcher
  }

  get run(): Run {
    return this.#run
  }

  get isGoing(): boolean {
    return this.#going !== undefined
  }

  start(): void {
    if (this.#going) return
    const stop = new AbortController()
    const done = this.#go(stop.signal)
      .catch((problem) => this.#giveUp(problem))
      .then(() => {
        this.#going = undefined
        this.#watcher.onPhase('still')
      })
    this.#going = { stop, done }
  }

  /** Stops after the call that is under way. */
  async pause(): Promise<void> {
    if (!this.#going) return
    this.#going.stop.abort()
    this.#watcher.onPhase('stopping')
    await this.#going.done
  }

  /** Does something between two calls, when all that was trained is on the host, and then goes on if it was going. */
  async between(action: () => void | Promise<void>): Promise<void> {
    const { isGoing } = this
    await this.pause()
    await action()
    if (isGoing) this.start()
  }

  /** Goes on with another run. */
  async take(run: Run): Promise<void> {
    await this.between(async () => {
      await this.#step?.destroy()
      this.#step = undefined
      this.#run = run
    })
  }

  /** Goes on in another mode, with the same parameters: between calls they are the host's, and go to any device. */
  async changeMode(mode: Mode | 'auto'): Promise<void> {
    await this.between(async () => {
      await this.#close()
      this.#mode = mode
    })
  }

  async #go(signal: AbortSignal): Promise<void> {
    const { run } = this
    const step = await this.#compiled()
    const pace = new Pace()
    let isReady = false
    while (!signal.aborted) {
      const batches = Array.from({ length: pace.steps }, (_, i) => batchOf(run.step + i))
      const begun = performance.now()
      const losses = await step.all(batches)
      pace.took(batches.length, performance.now() - begun)
      run.losses.push(...losses.map((loss) => loss.item() / Math.LN2))
      if (!isReady) this.#ready(step, signal)
      isReady = true
      this.#watcher.onSteps(batches.length)
      await breathe()
    }
  }

  /** The step of this run, compiled for a device of this mode. */
  async #compiled(): Promise<Step> {
    if (!this.#gpu) {
      this.#watcher.onPhase('opening')
      await showFirst()
      this.#gpu = await gpuKernels(GPU, { mode: this.#mode })
      this.#watcher.onDevice(this.#gpu)
    }
    if (!this.#step) {
      this.#watcher.onPhase('compiling')
      await showFirst()
      this.#step = this.#gpu.compile(this.run.learn, { stepsPerCall })
    }
    return this.#step
  }

  #ready({ traces, how }: Step, { aborted }: AbortSignal): void {
    this.#watcher.onCompiled(traces[traces.length - 1], how)
    if (!aborted) this.#watcher.onPhase('training')
  }

  /** The device may be lost, or the mode may not work here: the next start opens one anew. */
  async #giveUp(problem: unknown): Promise<void> {
    this.#watcher.onProblem(problem)
    await this.#close().catch(() => {}) // what is lost cannot be closed either
  }

  async #close(): Promise<void> {
    const [step, gpu] = [this.#step, this.#gpu]
    this.#step = undefined
    this.#gpu = undefined
    await step?.destroy()
    await gpu?.destroy()
  }
}
