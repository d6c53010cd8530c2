import type { Variable } from '@unroll/autograd'
import type { Tensor } from '@unroll/tensor'
import type { Lengths } from '../../layers/lengths.js'

/** What a metric looks at, of one batch. */
export interface Seen {
  readonly prediction: Variable | Tensor
  readonly target: Variable | Tensor
  /** Which of the targets count: bools (or 0 and 1) of the target's shape, or of its first axes. Default: all. */
  readonly mask?: Variable | Tensor
  /** How long each sequence of a target `[B, T, …]` is: what lies beyond is padding, and does not count. */
  readonly lengths?: Lengths
}

/**
 * A figure of merit as a fold over batches: `start` is before anything was seen, `add` takes a batch in, `value` is
 * the figure. It is a description without a memory of its own: a `Meter` has one, and so has `fit`.
 *
 * One of your own takes what it likes, in `fit` whatever the loss function returned:
 *
 *     const worst: Metric<number> = {
 *       start: () => 0,
 *       add: (max, { prediction, target }) => Math.max(max, prediction.sub(target).abs().max().item()),
 *       value: (max) => max,
 *     }
 */
export interface Metric<State = unknown, What = Seen, Value = number> {
  /** Nothing seen yet. The state is plain data (numbers, arrays and objects of them), so that it can be saved. */
  start(): State
  /** The state after one more batch. It may be the same object, changed. */
  add(state: State, seen: What): State
  /** The figure of all that was seen. @throws UnrollError when there is none, as nothing was seen. */
  value(state: State): Value
  /** Which way is better: what early stopping goes by when it is not told. */
  readonly better?: 'higher' | 'lower'
}

/**
 * A metric that remembers what it has seen:
 *
 *     const meter = new Meter(accuracy())
 *     for (const { x, target } of batches) meter.add({ prediction: model.forward(x), target })
 *     meter.value() // 0.93
 */
export class Meter<State, What, Value> {
  /** Plain data. */
  state: State

  constructor(readonly metric: Metric<State, What, Value>) {
    this.state = metric.start()
  }

  add(seen: What): void {
    this.state = this.metric.add(this.state, seen)
  }

  /** @throws UnrollError when nothing was seen. */
  value(): Value {
    return this.metric.value(this.state)
  }

  reset(): void {
    this.state = this.metric.start()
  }
}
