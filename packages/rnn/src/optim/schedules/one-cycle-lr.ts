import { checkNames, fail, type OptionNames } from '@unroll/tensor'
import type { Optimizer } from '../optimizer.js'
import { LRSchedule } from './lr-schedule.js'
import {
  type OneCycleMomentumOptions,
  oneCycle,
  oneCycleMomentum,
  oneCycleMomentumOptions,
} from './one-cycle.js'

export interface OneCycleLROptions extends OneCycleMomentumOptions {
  /** The largest rate, of all groups or of each. Default: the learning rate that each group has. */
  maxLr?: number | readonly number[]
  /** Cycle the momentum (SGD, RMSprop) or β₁ (Adam) the other way round. Default: true. */
  cycleMomentum?: boolean
}

const oneCycleLROptions: OptionNames<OneCycleLROptions> = {
  ...oneCycleMomentumOptions,
  maxLr: true,
  cycleMomentum: true,
}

/**
 * One cycle of the learning rate and of the momentum (Smith & Topin 2019; PyTorch: OneCycleLR): the formulas
 * `oneCycle` and `oneCycleMomentum` together. It counts batches, `totalSteps` of them.
 */
export class OneCycleLR extends LRSchedule {
  /** @throws UnrollError when options will not do, or the optimiser has no momentum to cycle. */
  constructor(optimizer: Optimizer, options: OneCycleLROptions) {
    checkNames('OneCycleLR', options, oneCycleLROptions)
    const { maxLr, cycleMomentum = true, baseMomentum, maxMomentum, ...cycle } = options ?? {}
    const rate = oneCycle(cycle)
    const momentum = cycleMomentum ? oneCycleMomentum({ ...cycle, baseMomentum, maxMomentum }) : undefined
    setRates(optimizer, maxLr)
    super(optimizer, rate, { momentum })
  }
}

function setRates({ groups }: Optimizer, maxLr: number | readonly number[] | undefined): void {
  if (maxLr === undefined) return
  const rates = typeof maxLr === 'number' ? groups.map(() => maxLr) : maxLr
  if (rates.length !== groups.length)
    fail('OneCycleLR', `wants one maxLr, or one for each of ${groups.length} groups; got ${rates.length}`)
  groups.forEach((group, i) => {
    group.lr = rates[i]
  })
}
