import { checkNames, fail, kindOf } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { layOut } from '../../print/table.js'
import { type ClassMetricOptions, classify, classMetricOptions } from './classes.js'
import type { Metric, Seen } from './metric.js'

/** How often each class was taken for which. */
export class ConfusionMatrix {
  constructor(
    /** `counts[t][p]`: so many of class t were predicted to be of class p. */
    readonly counts: readonly (readonly number[])[],
    /** The names of the classes. */
    readonly labels: readonly string[],
  ) {}

  /**
   * A table with a row for each class and a column for each prediction:
   *
   *     true ↓ predicted →  ham  spam
   *     ─────────────────────────────
   *     ham                  12     3
   *     spam                  1     9
   */
  toString(): string {
    const rows = this.counts.map((row, t) => [this.labels[t], ...row.map(String)])
    return layOut(['true ↓ predicted →', ...this.labels], rows)
  }
}

/**
 * How often each class was taken for which, as a `ConfusionMatrix`. Shapes: see `accuracy`.
 *
 * @param classes their names, or how many there are
 */
export function confusionMatrix(
  classes: number | readonly string[],
  options: ClassMetricOptions = {},
): Metric<number[][], Seen, ConfusionMatrix> {
  const op = 'confusionMatrix'
  if (typeof classes !== 'number' && !Array.isArray(classes))
    fail(op, `wants the names of the classes, or how many there are, got ${kindOf(classes)}`)
  checkNames(op, options, classMetricOptions)
  const labels = Array.isArray(classes)
    ? classes.map(String)
    : Array.from({ length: checkSize(op, 'classes', classes as number) }, (_, c) => String(c))
  return {
    start: () => labels.map(() => labels.map(() => 0)),
    add(former, seen) {
      const { target, predicted } = classify(op, seen, options)
      const counts = former.map((row) => [...row])
      target.forEach((t, i) => {
        const p = predicted[i]
        if (Math.max(t, p) >= labels.length || p < 0)
          fail(op, `class ${Math.max(t, p)} is out of range (want 0 … ${labels.length - 1})`)
        counts[t][p]++
      })
      return counts
    },
    value(counts) {
      if (counts.every((row) => row.every((n) => n === 0)))
        fail(op, 'nothing was seen that counts, so there is no value')
      return new ConfusionMatrix(counts, labels)
    },
  }
}
