import { checkNames, fail, inEveryReplay, kindOf, undoable } from '@unroll/tensor'
import { checkCount } from '../../modules/options.js'
import { Optimizer } from '../optimizer.js'
import { checkNonNegative } from '../option-rules.js'
import { checkState } from './checks.js'
import { setMomentum } from './momentum.js'
import type { Rate, Schedule, ScheduleState } from './schedule.js'

export interface LRScheduleOptions {
  /** The momentum (of SGD and RMSprop) or β₁ (of Adam) after t steps. Default: it is left alone. */
  momentum?: (t: number) => number
}

/**
 * Sets the learning rate of each group by a formula of the rate that the group began with and the number of steps so far:
 *
 *     const schedule = new LRSchedule(optimizer, warmup({ steps: 100 }, cosineAnnealingLR({ steps: 900 })))
 *     …
 *     optimizer.step()
 *     schedule.step()
 *
 * In a step that is compiled it may stand as well: it then moves in every replay, and the next goes by the new rates.
 *
 * The rates for t = 0 are set at once. A group that is added to the optimiser later begins with the rate that it then has.
 */
export class LRSchedule implements Schedule {
  readonly optimizer: Optimizer
  readonly #rate: Rate
  readonly #momentum: LRScheduleOptions['momentum']
  #steps = 0
  #baseLrs: readonly number[] = []

  /** @throws UnrollError when there is no optimiser or formula, or it gives what is not a number ≥ 0. */
  constructor(optimizer: Optimizer, rate: Rate, options: LRScheduleOptions = {}) {
    const op = this.constructor.name
    if (!(optimizer instanceof Optimizer)) fail(op, `wants an optimiser, got ${kindOf(optimizer)}`)
    if (typeof rate !== 'function')
      fail(op, `wants a formula (base, t) => lr, such as stepLR({ stepSize: 10 }); got ${kindOf(rate)}`)
    checkNames(op, options, { momentum: true })
    this.optimizer = optimizer
    this.#rate = rate
    this.#momentum = options.momentum
    this.#set(0, this.#known())
  }

  /** How many steps it has taken. */
  get steps(): number {
    return this.#steps
  }

  /** The learning rate that each group began with. */
  get baseLrs(): readonly number[] {
    return this.#baseLrs
  }

  /** @throws UnrollError when the formula is over, or gives what is not a number ≥ 0; nothing is then changed. */
  step(): void {
    inEveryReplay(() => this.#set(this.#steps + 1, this.#known()))
  }

  stateDict(): ScheduleState {
    return { steps: this.#steps, baseLrs: [...this.#baseLrs] }
  }

  /** Goes on from there: the learning rates are set, too. */
  loadStateDict(state: ScheduleState): void {
    const op = `${this.constructor.name}.loadStateDict`
    const { steps, baseLrs } = checkState(op, state, ['steps', 'baseLrs'])
    const { length } = this.optimizer.groups
    // It has less where a group was added after the last step.
    if (!Array.isArray(baseLrs) || baseLrs.length === 0 || baseLrs.length > length)
      fail(op, `wants baseLrs of ${length} groups, got ${JSON.stringify(baseLrs)}`)
    const checked = baseLrs.map((lr, i) => checkNonNegative(op, `baseLrs[${i}]`, lr))
    this.#set(checkCount(op, 'steps', steps), checked)
  }

  /** The base rates, and for groups that are new, the rates that they have. */
  #known(): readonly number[] {
    return this.optimizer.groups.map(({ lr }, i) => this.#baseLrs[i] ?? lr)
  }

  #set(t: number, baseLrs: readonly number[]): void {
    const op = this.constructor.name
    const rates = baseLrs.map((base) =>
      checkNonNegative(op, `the learning rate after ${t} steps`, this.#rate(base, t)),
    )
    const momentum = this.#momentum?.(t)
    const [steps, former] = [this.#steps, this.#baseLrs]
    undoable(this, () => () => {
      this.#steps = steps
      this.#baseLrs = former
    })
    for (const [i, lr] of rates.entries()) {
      const group = this.optimizer.groups[i]
      if (momentum !== undefined) setMomentum(op, group, momentum)
      group.lr = lr
    }
    this.#steps = t
    this.#baseLrs = baseLrs
  }
}
