import { fail, kindOf } from '@unroll/tensor'
import type { Metric } from './metrics/metric.js'
import type { Outcome } from './outcome.js'
import { type Plain, plainOf } from './plain.js'

// biome-ignore lint/suspicious/noExplicitAny: what a metric looks at is what the loss function gives
export type Metrics = Readonly<Record<string, Metric<unknown, any, unknown>>>

/** What the batches so far come to; plain data. */
export interface Tally {
  loss: number
  count: number
  metrics: Record<string, unknown>
}

/** The loss on some data, and the metrics. */
export interface Evaluation {
  readonly loss: number
  readonly metrics: Readonly<Record<string, unknown>>
}

/** @throws UnrollError when they are not metrics by name, or one has the name of the loss, which stands beside them. */
export function checkMetrics(op: string, metrics: Metrics): void {
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics))
    fail(op, `wants metrics by name, such as { accuracy: accuracy() }, got ${kindOf(metrics)}`)
  for (const [name, metric] of Object.entries(metrics)) {
    if (name === 'loss') fail(op, 'the name loss is that of the loss; give the metric another')
    if (
      typeof metric?.start !== 'function' ||
      typeof metric.add !== 'function' ||
      typeof metric.value !== 'function'
    )
      fail(op, `metric ${name} is one such as accuracy() gives, got ${kindOf(metric)}`)
  }
}

export function emptyTally(metrics: Metrics): Tally {
  const states = Object.entries(metrics).map(([name, metric]) => [name, metric.start()])
  return { loss: 0, count: 0, metrics: Object.fromEntries(states) }
}

/** Takes one more batch into the tally, of which the loss is so much. */
export function addTo(tally: Tally, metrics: Metrics, outcome: Outcome, loss: number): void {
  const { count = 1 } = outcome
  tally.loss += loss * count
  tally.count += count
  for (const [name, metric] of Object.entries(metrics)) {
    if (outcome.prediction === undefined && Object.keys(outcome).length === 1)
      fail(
        'fit',
        `metric ${name} has nothing to look at: let the loss function give { loss, prediction, target }`,
      )
    tally.metrics[name] = metric.add(tally.metrics[name], outcome)
  }
}

/** The mean loss, and the metrics. */
export function evaluationOf(tally: Tally, metrics: Metrics): Evaluation {
  const values = Object.entries(metrics).map(([name, metric]) => [name, metric.value(tally.metrics[name])])
  return { loss: tally.loss / tally.count, metrics: Object.fromEntries(values) }
}

/** An evaluation as plain data. @throws UnrollError when a figure is not finite. */
export function plainFigures({ loss, metrics }: Evaluation, where: string): PlainFigures {
  const values = Object.entries(metrics).map(([name, value]) => [
    name,
    plainOf(`metric ${name} ${where}`, value),
  ])
  return { loss: plainOf(`the loss ${where}`, loss) as number, metrics: Object.fromEntries(values) }
}

export interface PlainFigures {
  loss: number
  metrics: Record<string, Plain>
}
