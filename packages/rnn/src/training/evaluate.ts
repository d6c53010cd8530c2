import { noGrad } from '@unroll/autograd'
import { checkNames, fail, kindOf, type OptionNames } from '@unroll/tensor'
import { freshlyCarried } from '../model/carried.js'
import { rememberModes } from '../model/modes.js'
import { Module } from '../modules/module.js'
import { breather } from './breathe.js'
import { numberIn, seenBy } from './on-host.js'
import { type LossFunction, type Outcome, outcomeOf } from './outcome.js'
import { StepMemory } from './step-memory.js'
import { addTo, checkMetrics, type Evaluation, emptyTally, evaluationOf, type Metrics } from './tally.js'

/** Batches to go over: a list, or anything that begins anew each time it is gone over. */
export type Source<B> = Iterable<B> | AsyncIterable<B>

export interface EvaluateOptions<B, M extends Module, O extends Outcome> {
  loss: LossFunction<B, M, O>
  /** By the names that they are to go by. Default: none. */
  metrics?: Metrics
}

const evaluateOptions: OptionNames<EvaluateOptions<unknown, Module, Outcome>> = { loss: true, metrics: true }

/**
 * The mean loss of a model on data, and its metrics: in evaluation mode, without recording. `Stateful` layers begin
 * with zeros, since the data are streams of their own, and afterwards carry again what they carried before.
 *
 *     const { loss, metrics } = await evaluate(model, batches, { loss, metrics: { accuracy: accuracy() } })
 *
 * @throws UnrollError when the data give no batches, or an option will not do.
 */
export async function evaluate<B, M extends Module, O extends Outcome>(
  model: M,
  data: Source<B>,
  options: EvaluateOptions<B, M, O>,
): Promise<Evaluation> {
  const op = 'evaluate'
  if (!(model instanceof Module)) fail(op, `wants a Module, got ${kindOf(model)}`)
  checkSource(op, 'data', data)
  checkNames<object>(op, options, evaluateOptions)
  const { loss, metrics = {} } = options ?? {}
  if (typeof loss !== 'function') fail(op, `wants { loss }, a loss function, got ${kindOf(loss)}`)
  checkMetrics(op, metrics)
  return (await evaluateUntil(model, data, options)) as Evaluation
}

/** The same, until a signal says to stop: then there is no result. */
export async function evaluateUntil<B, M extends Module, O extends Outcome>(
  model: M,
  data: Source<B>,
  { loss, metrics = {} }: EvaluateOptions<B, M, O>,
  signal?: { readonly aborted: boolean },
): Promise<Evaluation | undefined> {
  const tally = emptyTally(metrics)
  const breathe = breather()
  const [putModesBack, putStatesBack] = [rememberModes(model), freshlyCarried(model)]
  const memory = new StepMemory(model)
  model.eval()
  try {
    for await (const batch of data) {
      const outcome = memory.run(() => noGrad(() => outcomeOf(loss(batch, model))))
      const [value, seen] = [await numberIn(outcome.loss), await seenBy(metrics, outcome)]
      noGrad(() => addTo(tally, metrics, seen, value))
      memory.clear()
      await breathe()
      if (signal?.aborted) return undefined
    }
  } finally {
    putModesBack()
    putStatesBack()
    memory.clear()
  }
  if (tally.count === 0)
    fail('evaluate', 'the data gave no batches; they must begin anew each time they are gone over')
  return evaluationOf(tally, metrics)
}

/** @throws UnrollError when it is nothing that can be gone over. */
export function checkSource(op: string, name: string, source: unknown): void {
  const { [Symbol.iterator]: each, [Symbol.asyncIterator]: eachLater } = Object(source)
  if (typeof each !== 'function' && typeof eachLater !== 'function')
    fail(op, `wants ${name} as something to go over, such as a list of batches, got ${kindOf(source)}`)
}
