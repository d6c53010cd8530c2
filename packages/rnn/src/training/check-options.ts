import { checkNames, fail, kindOf, type OptionNames } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'
import { ReduceLROnPlateau } from '../optim/schedules/reduce-lr-on-plateau.js'
import type { Callbacks } from './callbacks.js'
import { checkSource } from './evaluate.js'
import type { FitData, FitOptions } from './fit-options.js'
import { checkEarlyStopping, judgeOf, monitorOptions } from './monitor.js'
import { plainOf } from './plain.js'
import { checkClip } from './step.js'

/**
 * Checks what `fit` is given besides what a `TrainingRun` is made of, before anything is done: what is found wrong after the first epoch has cost that epoch.
 * @throws UnrollError that says what it got and what it wanted.
 */
export function checkFit(data: FitData<unknown>, options: FitOptions): void {
  checkNames('fit', options, fitOptions)
  const { loss, metrics = {}, accumulate = 1, checkpoint, checkpointEvery = 1 } = options
  checkSource('fit', '{ train }', data?.train)
  if (data.validation !== undefined) checkSource('fit', '{ validation }', data.validation)
  else checkNames('fit', { ...data }, fitData) // they may be there under another name, as test or val
  checkSize('fit', 'epochs', options.epochs)
  checkSize('fit', 'accumulate', accumulate)
  checkSize('fit', 'checkpointEvery', checkpointEvery)
  if (typeof loss !== 'function') fail('fit', `wants a loss function, got ${kindOf(loss)}`)
  if (checkpoint !== undefined && typeof checkpoint !== 'function')
    fail('fit', `checkpoint is a function that is given the bytes, got ${kindOf(checkpoint)}`)
  if (checkpoint)
    for (const [name, metric] of Object.entries(metrics))
      plainOf(`what a checkpoint is to hold of metric ${name}`, metric.start())
  for (const [name, text] of Object.entries(options.notes ?? {}))
    if (typeof text !== 'string') fail('fit', `notes are texts by name, got ${kindOf(text)} for ${name}`)
  checkClip(options.clip)
  checkJudges(options)
  checkSchedule(options)
  checkCallbacks(options.callbacks)
  checkSignal(options.signal)
}

const fitData: OptionNames<FitData<unknown>> = { train: true, validation: true }

const fitOptions: OptionNames<FitOptions> = {
  epochs: true,
  optimizer: true,
  loss: true,
  schedule: true,
  scheduleEvery: true,
  clip: true,
  accumulate: true,
  metrics: true,
  earlyStopping: true,
  restoreBest: true,
  rng: true,
  callbacks: true,
  checkpoint: true,
  notes: true,
  checkpointEvery: true,
  resume: true,
  signal: true,
}

function checkJudges({ metrics = {}, earlyStopping, restoreBest }: FitOptions): void {
  if (earlyStopping) checkEarlyStopping(earlyStopping)
  judgeOf(metrics, earlyStopping ?? {})
  if (typeof restoreBest === 'object' && restoreBest !== null) {
    checkNames('fit', restoreBest, monitorOptions)
    judgeOf(metrics, restoreBest)
  } else if (restoreBest !== undefined && typeof restoreBest !== 'boolean')
    fail('fit', `restoreBest is true, false or { monitor, mode }, got ${kindOf(restoreBest)}`)
}

function checkSchedule(options: FitOptions): void {
  const { optimizer, schedule, scheduleEvery = 'epoch', metrics = {}, earlyStopping = {} } = options
  if (scheduleEvery !== 'epoch' && scheduleEvery !== 'step')
    fail('fit', `scheduleEvery is epoch or step, got ${String(scheduleEvery)}`)
  if (schedule === undefined) return
  if (typeof schedule?.step !== 'function')
    fail('fit', `schedule is one such as new LRSchedule(optimizer, formula), got ${kindOf(schedule)}`)
  if ('optimizer' in schedule && schedule.optimizer !== optimizer)
    fail('fit', 'the schedule moves the learning rate of another optimizer than the one that trains')
  if (!(schedule instanceof ReduceLROnPlateau)) return
  if (scheduleEvery === 'step')
    fail('fit', "ReduceLROnPlateau goes by the figure of an epoch: it wants scheduleEvery: 'epoch'")
  const { monitor, mode } = judgeOf(metrics, earlyStopping)
  if (schedule.mode !== mode)
    fail(
      'fit',
      `ReduceLROnPlateau has mode ${schedule.mode}, but is told ${monitor} (what early stopping monitors), of which mode ${mode} is better`,
    )
}

const callbackNames: OptionNames<Callbacks> = {
  onStart: true,
  onEpochStart: true,
  onBatch: true,
  onEpoch: true,
  onEnd: true,
}

/** Callbacks may have fields of their own, but none that looks like one that is to be called. */
function checkCallbacks(callbacks: FitOptions['callbacks'] = []): void {
  for (const one of [callbacks].flat()) {
    if (typeof one !== 'object' || one === null)
      fail('fit', `wants callbacks as { onEpoch, … }, got ${kindOf(one)}`)
    const named = Object.entries(one).filter(([name]) => /^on[A-Z]/.test(name))
    checkNames('fit', Object.fromEntries(named), callbackNames)
    const wrong = named.find(([, body]) => body !== undefined && typeof body !== 'function')
    if (wrong) fail('fit', `${wrong[0]} is a function, got ${kindOf(wrong[1])}`)
  }
}

function checkSignal(signal: FitOptions['signal']): void {
  if (signal !== undefined && typeof signal?.aborted !== 'boolean')
    fail('fit', `wants a signal, such as controller.signal, got ${kindOf(signal)}`)
}
