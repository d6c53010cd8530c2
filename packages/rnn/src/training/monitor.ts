import { checkNames, fail, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'
import type { Metrics } from './tally.js'
import type { EpochRecord } from './training-run.js'

/** A figure that epochs are judged by: on the validation data where there are any, else on the training data. */
export interface Monitor {
  /** `loss`, or the name of a metric. Default: loss. */
  monitor?: string
  /** Is less better, or more? Default: min for the loss, and for a metric what it says itself. */
  mode?: 'min' | 'max'
}

export interface EarlyStopping extends Monitor {
  /** Stop after so many epochs in a row without a new best. */
  patience: number
  /** By how much the best must be beaten to count. Default: 0. */
  minDelta?: number
}

/** A monitor with everything said. */
export type Judge = Required<Monitor>

export const monitorOptions: OptionNames<Monitor> = { monitor: true, mode: true }

const earlyStoppingOptions: OptionNames<EarlyStopping> = { ...monitorOptions, patience: true, minDelta: true }

/** @throws UnrollError when it names no metric, or it is not known which way is better. */
export function judgeOf(metrics: Metrics, { monitor = 'loss', mode }: Monitor): Judge {
  const names = ['loss', ...Object.keys(metrics)]
  if (!names.includes(monitor)) fail('fit', `monitor is one of ${names.join(', ')}, got ${String(monitor)}`)
  const better = monitor === 'loss' ? 'lower' : metrics[monitor].better
  const way = mode ?? (better && (better === 'lower' ? 'min' : 'max'))
  if (way !== 'min' && way !== 'max')
    fail(
      'fit',
      `mode is min or max${way === undefined ? ` and must be said for ${monitor}` : `, got ${way}`}`,
    )
  return { monitor, mode: way }
}

export function checkEarlyStopping(options: EarlyStopping): void {
  checkNames('fit', options, earlyStoppingOptions)
  const { patience, minDelta = 0 } = options
  checkSize('fit', 'patience', patience)
  if (!(minDelta >= 0 && Number.isFinite(minDelta))) fail('fit', `minDelta is a number ≥ 0, got ${minDelta}`)
}

/** The figure of an epoch. */
export function figureOf({ validation, ...training }: EpochRecord, { monitor }: Judge): number {
  const { loss, metrics } = validation ?? training
  const figure = monitor === 'loss' ? loss : metrics[monitor]
  if (typeof figure !== 'number') fail('fit', `${monitor} is not one number, and cannot be monitored`)
  return figure
}

/** True when a figure is better than the best so far, by more than so much. */
export function beats(figure: number, best: number, { mode }: Judge, minDelta = 0): boolean {
  return mode === 'min' ? figure < best - minDelta : figure > best + minDelta
}
