import { checkNames, fail, kindOf, type OptionNames, tracer } from '@unroll/tensor'
import { checkCount } from '../../modules/options.js'
import { Optimizer } from '../optimizer.js'
import { checkDecay, checkNonNegative } from '../option-rules.js'
import { checkState } from './checks.js'
import type { Schedule, ScheduleState } from './schedule.js'

export interface ReduceLROnPlateauOptions {
  /** Is less of the metric better, or more? Default: min. */
  mode?: 'min' | 'max'
  /** What the rate is multiplied by, in [0, 1). Default: 0.1. */
  factor?: number
  /** How many steps in a row may pass without anything better. Default: 10. */
  patience?: number
  /** By how much better it must be to count. Default: 1e-4. */
  threshold?: number
  /** Is the threshold a share of the best so far, or an amount? Default: rel. */
  thresholdMode?: 'rel' | 'abs'
  /** How many steps after a reduction do not count. Default: 0. */
  cooldown?: number
  /** The least rate, of all groups or of each. Default: 0. */
  minLr?: number | readonly number[]
  /** A reduction by no more than this is left out. Default: 1e-8. */
  eps?: number
}

/**
 * Multiplies the learning rates by a factor when a metric, such as the loss on held-out data, has not become better for
 * more than `patience` steps. With PyTorch's numbers.
 *
 *     schedule.step(heldOutLoss)
 */
export class ReduceLROnPlateau implements Schedule {
  readonly optimizer: Optimizer
  readonly #options: Required<ReduceLROnPlateauOptions>
  /** What any metric is better than. */
  readonly #worst: number
  #best: number
  #badSteps = 0
  #cooldown = 0

  /** @throws UnrollError when there is no optimiser, or an option will not do. */
  constructor(optimizer: Optimizer, options: ReduceLROnPlateauOptions = {}) {
    if (!(optimizer instanceof Optimizer)) fail(op, `wants an optimiser, got ${kindOf(optimizer)}`)
    this.optimizer = optimizer
    this.#options = check(options)
    this.#minLrs()
    this.#worst = this.#options.mode === 'min' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    this.#best = this.#worst
  }

  /** Is less of the metric better, or more? */
  get mode(): 'min' | 'max' {
    return this.#options.mode
  }

  /** The best metric so far; undefined before the first. */
  get best(): number | undefined {
    return this.#best === this.#worst ? undefined : this.#best
  }

  /** @throws UnrollError when the metric is missing, NaN, or infinitely good; or in a step that is compiled. */
  step(metric: number): void {
    tracer()?.refuse(
      op,
      'it goes by a number, which is not there yet in a step that is compiled; step it after the call',
    )
    if (typeof metric !== 'number' || Number.isNaN(metric) || metric === -this.#worst)
      fail(op, `step wants a metric that is a number, such as the held-out loss; got ${kindOf(metric)}`)
    const minLrs = this.#minLrs()
    const { patience, cooldown } = this.#options
    if (this.#isBetter(metric)) {
      this.#best = metric
      this.#badSteps = 0
    } else this.#badSteps++
    if (this.#cooldown > 0) {
      this.#cooldown--
      this.#badSteps = 0
    }
    if (this.#badSteps <= patience) return
    this.#reduce(minLrs)
    this.#cooldown = cooldown
    this.#badSteps = 0
  }

  /** The learning rates are the optimiser's, and in the state of that. */
  stateDict(): ScheduleState {
    return { best: this.best ?? null, badSteps: this.#badSteps, cooldown: this.#cooldown }
  }

  loadStateDict(state: ScheduleState): void {
    const at = `${op}.loadStateDict`
    const { best, badSteps, cooldown } = checkState(at, state, ['best', 'badSteps', 'cooldown'])
    if (best !== null && !Number.isFinite(best)) fail(at, `best is a number or null, got ${kindOf(best)}`)
    const counts = [checkCount(at, 'badSteps', badSteps), checkCount(at, 'cooldown', cooldown)]
    this.#best = (best as number | null) ?? this.#worst
    ;[this.#badSteps, this.#cooldown] = counts
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options
    if (this.#best === this.#worst) return metric !== this.#worst
    const margin = mode === 'min' ? -threshold : threshold
    const bar = thresholdMode === 'rel' ? this.#best * (1 + margin) : this.#best + margin
    return mode === 'min' ? metric < bar : metric > bar
  }

  #reduce(minLrs: readonly number[]): void {
    const { factor, eps } = this.#options
    for (const [i, group] of this.optimizer.groups.entries()) {
      const reduced = Math.max(group.lr * factor, minLrs[i])
      if (group.lr - reduced > eps) group.lr = reduced
    }
  }

  #minLrs(): readonly number[] {
    const { minLr } = this.#options
    const { groups } = this.optimizer
    if (typeof minLr === 'number') return groups.map(() => minLr)
    if (minLr.length !== groups.length)
      fail(op, `wants one minLr, or one for each of ${groups.length} groups; got ${minLr.length}`)
    return minLr
  }
}

const op = 'ReduceLROnPlateau'

const plateauOptions: OptionNames<ReduceLROnPlateauOptions> = {
  mode: true,
  factor: true,
  patience: true,
  threshold: true,
  thresholdMode: true,
  cooldown: true,
  minLr: true,
  eps: true,
}

function check(options: ReduceLROnPlateauOptions): Required<ReduceLROnPlateauOptions> {
  checkNames(op, options, plateauOptions)
  const { mode = 'min', thresholdMode = 'rel', minLr = 0 } = options
  if (mode !== 'min' && mode !== 'max') fail(op, `mode is min or max, got ${String(mode)}`)
  if (thresholdMode !== 'rel' && thresholdMode !== 'abs')
    fail(op, `thresholdMode is rel or abs, got ${String(thresholdMode)}`)
  for (const lr of typeof minLr === 'object' ? minLr : [minLr]) checkNonNegative(op, 'minLr', lr)
  return {
    mode,
    thresholdMode,
    minLr,
    factor: checkDecay(op, 'factor', options.factor ?? 0.1),
    patience: checkCount(op, 'patience', options.patience ?? 10),
    threshold: checkNonNegative(op, 'threshold', options.threshold ?? 1e-4),
    cooldown: checkCount(op, 'cooldown', options.cooldown ?? 0),
    eps: checkNonNegative(op, 'eps', options.eps ?? 1e-8),
  }
}
