import { clock } from './breathe.js'
import { evaluationOf } from './tally.js'
import type { TrainingRun } from './training-run.js'

/** How far a run is: at any time it says how things stand then. */
export class Progress {
  readonly #run: TrainingRun
  readonly #start = clock()
  readonly #length: number | undefined
  #done = 0
  #batches: number | undefined
  #batchLoss = 0

  constructor(
    run: TrainingRun,
    /** How many epochs there are to be. */
    readonly epochs: number,
    data: object,
  ) {
    this.#run = run
    const { length } = data as { length?: unknown }
    this.#length = typeof length === 'number' ? length : undefined
  }

  /** The epoch that runs, 1 for the first; after the last, the last. */
  get epoch(): number {
    return Math.min(this.#run.epoch + 1, this.epochs)
  }

  /** Batches done in the epoch. */
  get batch(): number {
    return this.#run.batch
  }

  /** How many batches an epoch has: known from the start where the data have a `length`, else after an epoch. */
  get batches(): number | undefined {
    return this.#length ?? this.#batches
  }

  /** The loss of the batch just done. */
  get batchLoss(): number {
    return this.#batchLoss
  }

  /** The mean loss of the epoch so far. */
  get loss(): number {
    return this.#run.tally.loss / this.#run.tally.count
  }

  /** The metrics of the epoch so far. */
  get metrics(): Readonly<Record<string, unknown>> {
    return evaluationOf(this.#run.tally, this.#run.metrics).metrics
  }

  /** Seconds that the rest of the run will take, judging by what came so far; undefined while that cannot be told. */
  get eta(): number | undefined {
    const { epoch, batch } = this.#run
    if (this.batches === undefined || this.#done === 0) return undefined
    const left = (this.epochs - epoch) * this.batches - batch
    return ((clock() - this.#start) / this.#done) * Math.max(0, left)
  }

  /** One more batch was done. */
  count(loss: number): void {
    this.#done++
    this.#batchLoss = loss
  }

  /** All batches of the epoch were done. */
  endEpoch(): void {
    this.#batches = this.#run.batch
  }
}
