import { checkNames, fail, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { checkDecay } from '../option-rules.js'
import type { Rate } from './schedule.js'

export interface OneCycleOptions {
  /** T: how many steps the cycle takes. */
  totalSteps: number
  /** How much of it the rise takes, in [0, 1]. Default: 0.3. */
  pctStart?: number
  /** Along which curve it goes. Default: cos. */
  annealStrategy?: 'cos' | 'linear'
  /** Fall back to the first rate as slowly as it rose, and only then to the last (as in the paper). Default: false. */
  threePhase?: boolean
  /** How many times less than the largest the first rate is. Default: 25. */
  divFactor?: number
  /** How many times less than the first the last rate is. Default: 10,000. */
  finalDivFactor?: number
}

export const oneCycleOptions: OptionNames<OneCycleOptions> = {
  totalSteps: true,
  pctStart: true,
  annealStrategy: true,
  threePhase: true,
  divFactor: true,
  finalDivFactor: true,
}

/**
 * One cycle (Smith & Topin 2019): from base / divFactor up to base, and down to nearly nothing. The base rate is the
 * largest. Phases end where PyTorch's OneCycleLR has them end, the last one at t = T − 1.
 * @throws UnrollError when options will not do; and later, when t > T.
 */
export function oneCycle(options: OneCycleOptions): Rate {
  checkNames('oneCycle', options, oneCycleOptions)
  const { divFactor = 25, finalDivFactor = 1e4, threePhase } = options ?? {}
  for (const [name, value] of Object.entries({ divFactor, finalDivFactor }))
    if (!(value > 0)) fail('oneCycle', `${name} is a number > 0, got ${value}`)
  const curve = cycle('oneCycle', options)
  return (base, t) => {
    const first = base / divFactor
    const last = first / finalDivFactor
    return curve(threePhase ? [first, base, first, last] : [first, base, last], t)
  }
}

export interface OneCycleMomentumOptions extends OneCycleOptions {
  /** The least momentum, at the largest rate. Default: 0.85. */
  baseMomentum?: number
  /** The largest, at both ends. Default: 0.95. */
  maxMomentum?: number
}

export const oneCycleMomentumOptions: OptionNames<OneCycleMomentumOptions> = {
  ...oneCycleOptions,
  baseMomentum: true,
  maxMomentum: true,
}

/** The momentum that goes with `oneCycle`: it falls while the rate rises, and the other way round. */
export function oneCycleMomentum(options: OneCycleMomentumOptions): (t: number) => number {
  checkNames('oneCycleMomentum', options, oneCycleMomentumOptions)
  const { baseMomentum: least = 0.85, maxMomentum: most = 0.95, threePhase } = options ?? {}
  checkDecay('oneCycleMomentum', 'baseMomentum', least)
  checkDecay('oneCycleMomentum', 'maxMomentum', most)
  const curve = cycle('oneCycleMomentum', options)
  const stations = threePhase ? [most, least, most, most] : [most, least, most]
  return (t) => curve(stations, t)
}

/** The way through stations: where it is after t steps. */
function cycle(op: string, options: OneCycleOptions): (stations: readonly number[], t: number) => number {
  const { totalSteps: T, pctStart = 0.3, annealStrategy = 'cos', threePhase = false } = options ?? {}
  checkSize(op, 'totalSteps', T)
  if (!(pctStart >= 0 && pctStart <= 1)) fail(op, `pctStart lies between 0 and 1, got ${pctStart}`)
  if (annealStrategy !== 'cos' && annealStrategy !== 'linear')
    fail(op, `annealStrategy is cos or linear, got ${String(annealStrategy)}`)
  const ends = threePhase ? [pctStart * T - 1, 2 * pctStart * T - 2, T - 1] : [pctStart * T - 1, T - 1]

  return (stations, t) => {
    if (t > T) fail(op, `is over after ${T} steps (totalSteps), got ${t}`)
    const i = ends.findIndex((end, k) => t <= end || k === ends.length - 1)
    const start = i === 0 ? 0 : ends[i - 1]
    // A phase of no length is over at once; the last one stays at its end.
    const share = ends[i] > start ? Math.min(1, (t - start) / (ends[i] - start)) : 1
    const [from, to] = stations.slice(i, i + 2)
    return annealStrategy === 'cos'
      ? to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share))
      : from + (to - from) * share
  }
}
