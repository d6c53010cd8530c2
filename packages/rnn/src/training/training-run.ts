import type { Variable } from '@unroll/autograd'
import { fail, kindOf, type Random, type Tensor } from '@unroll/tensor'
import { type Draws, drawsOf, generatorsOf } from '../model/generators.js'
import { Module } from '../modules/module.js'
import type { Schedule } from '../optim/schedules/schedule.js'
import { clock } from './breathe.js'
import { isPositioned, type Positioned } from './positioned.js'
import { StepMemory } from './step-memory.js'
import { checkMetrics, emptyTally, type Metrics, type PlainFigures, type Tally } from './tally.js'

/** What an optimiser must be able to do: every `Optimizer` can. */
export interface TrainingOptimizer {
  readonly parameters: readonly Variable[]
  lr: number
  step(): void
  zeroGrad(): void
  stateDict(): Record<string, Tensor>
  loadStateDict(state: Readonly<Record<string, Tensor>>): unknown
}

/** What is known of an epoch that is over; plain data. */
export interface EpochRecord extends PlainFigures {
  /** 1 for the first. The loss and metrics beside it are those of the training batches, as they were trained on. */
  epoch: number
  /** The figures on the validation data, where there are any. */
  validation?: PlainFigures
  /** The learning rate at its end. */
  lr: number
  /** The mean over its steps of the norm of the gradient, before clipping. */
  gradientNorm: number
  /** Steps of the optimiser. */
  steps: number
  /** Spent on the training batches. */
  seconds: number
}

export interface TrainingRunOptions {
  schedule?: Schedule
  /** By the names that they are to go by. */
  metrics?: Metrics
  /** The generators that are drawn from besides those in the fields of the model: those of the data, say. */
  rng?: Random | readonly Random[]
  /** The training data. */
  data?: unknown
}

/**
 * A training run between two batches: all that it takes to go on as if it had never stopped. `saveCheckpoint` writes
 * it down.
 */
export class TrainingRun {
  readonly model: Module
  /** All of the model's, trained or not. */
  readonly parameters: readonly Variable[]
  readonly optimizer: TrainingOptimizer
  readonly schedule: Schedule | undefined
  readonly metrics: Metrics
  readonly generators: readonly Random[]
  /** The training data, if they know where they stand. */
  readonly data: Positioned | undefined
  readonly memory: StepMemory

  /** Epochs done. */
  epoch = 0
  /** Batches done in the epoch that runs; while one is being done, with it. */
  batch = 0
  /** How many of these have left gradients that no step has used yet. */
  pending = 0
  /** The sum of their weights: see `Outcome.count`. */
  pendingWeight = 0
  /** Where the generators stood as the epoch began: a shuffle is drawn again from there. */
  epochDraws: Draws
  /** Where the data stand, if they know. */
  position: unknown
  /** What the epoch so far comes to. */
  tally: Tally
  /** Steps of the optimiser in the epoch. */
  steps = 0
  /** The norms of the gradients of the epoch's steps, added up. */
  norms = 0
  /** Spent on the batches of the epoch. */
  seconds = 0
  history: EpochRecord[] = []
  /** The epoch (1 for the first) with the best figure so far, and its weights. */
  best: { epoch: number; value: number; weights: Record<string, Tensor> } | undefined
  /** Early stopping: the figure to beat, and for how many epochs it has not been. */
  waiting: { value: number; epochs: number } | undefined
  #since = 0

  /** @throws UnrollError when the optimiser trains parameters that the model does not have, or metrics are none. */
  constructor(model: Module, optimizer: TrainingOptimizer, options: TrainingRunOptions = {}) {
    if (!(model instanceof Module)) fail('fit', `wants a Module to train, got ${kindOf(model)}`)
    if (typeof optimizer?.step !== 'function') fail('fit', `wants { optimizer }, got ${kindOf(optimizer)}`)
    checkMetrics('fit', options.metrics ?? {})
    this.parameters = model.parameters()
    const own = new Set(this.parameters)
    if (!optimizer.parameters.every((p) => own.has(p)))
      fail('fit', 'the optimizer trains a parameter that is not in the model; put all into one Module')
    this.model = model
    this.optimizer = optimizer
    this.schedule = options.schedule
    this.metrics = options.metrics ?? {}
    this.generators = generatorsOf(model, options.rng)
    this.data = isPositioned(options.data) ? options.data : undefined
    this.memory = new StepMemory(model)
    this.epochDraws = drawsOf(this.generators)
    this.tally = emptyTally(this.metrics)
    this.markPosition()
  }

  /** Takes down where the data stand. */
  markPosition(): void {
    this.position = this.data?.state
  }

  /** Closes the epoch that runs, and begins the next. */
  nextEpoch(record: EpochRecord): void {
    this.history.push(record)
    this.epoch++
    this.batch = 0
    this.steps = 0
    this.norms = 0
    this.seconds = 0
    this.tally = emptyTally(this.metrics)
    this.epochDraws = drawsOf(this.generators)
    this.markPosition()
  }

  startClock(): void {
    this.#since = clock()
  }

  stopClock(): void {
    this.seconds += clock() - this.#since
  }

  /** For messages. */
  where(): string {
    return `in epoch ${this.epoch + 1}, batch ${this.batch}`
  }
}
