import { fail } from '@unroll/tensor'
import type { Metric } from './metric.js'

/** A sum over what counts, and how many that are. */
export type Sum = readonly [sum: number, count: number]

/** A metric that is a mean over all that counts, or a function of it. `measure` gives the part of one batch. */
export function meanMetric<What>(
  op: string,
  better: 'higher' | 'lower',
  measure: (seen: What) => Sum,
  finish: (mean: number) => number = (mean) => mean,
): Metric<Sum, What, number> {
  return {
    better,
    start: () => [0, 0],
    add([sum, count], seen) {
      const [more, n] = measure(seen)
      return [sum + more, count + n]
    },
    value([sum, count]) {
      if (count === 0) fail(op, 'nothing was seen that counts, so there is no value')
      return finish(sum / count)
    },
  }
}
