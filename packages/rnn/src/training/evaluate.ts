import { noGrad } from '@unroll/autograd'
import { fail } from '@unroll/tensor'
import type { Module } from '../modules/module.js'
import { breather } from './breathe.js'
import { rememberModes } from './modes.js'
import { type LossFunction, type Outcome, outcomeOf } from './outcome.js'
import { addTo, type Evaluation, emptyTally, evaluationOf, type Metrics } from './tally.js'

/** Batches to go over: a list, or anything that begins anew each time it is gone over. */
export type Source<B> = Iterable<B> | AsyncIterable<B>

export interface EvaluateOptions<B, M extends Module, O extends Outcome> {
  loss: LossFunction<B, M, O>
  /** By the names that they are to go by. Default: none. */
  metrics?: Metrics
}

/**
 * The mean loss of a model on data, and its metrics: in evaluation mode, without recording.
 *
 *     const { loss, metrics } = await evaluate(model, batches, { loss, metrics: { accuracy: accuracy() } })
 *
 * @throws UnrollError when the data give no batches.
 */
export async function evaluate<B, M extends Module, O extends Outcome>(
  model: M,
  data: Source<B>,
  options: EvaluateOptions<B, M, O>,
): Promise<Evaluation> {
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
  const putBack = rememberModes(model)
  model.eval()
  try {
    for await (const batch of data) {
      noGrad(() => addTo(tally, metrics, outcomeOf(loss(batch, model))))
      await breathe()
      if (signal?.aborted) return undefined
    }
  } finally {
    putBack()
  }
  if (tally.count === 0) fail('evaluate', 'the data gave no batches')
  return evaluationOf(tally, metrics)
}
