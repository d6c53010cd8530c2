import { checkNames, fail, type OptionNames } from '@unroll/tensor'
import { type ClassMetricOptions, classify, classMetricOptions } from './classes.js'
import type { Metric, Seen } from './metric.js'

export interface HitOptions extends ClassMetricOptions {
  /**
   * How the figures of the classes become one, as in scikit-learn:
   *
   * - `binary`: that of the class `positive` alone; there are two classes
   * - `macro`: their mean, over the classes that stand in a target or a prediction
   * - `weighted`: that mean, each class as often as it stands in a target
   * - `micro`: hits and misses of all classes counted together
   *
   * Default: binary.
   */
  average?: 'binary' | 'macro' | 'micro' | 'weighted'
  /** The class that is looked for, with `binary`. Default: 1. */
  positive?: 0 | 1
  /** What 0 / 0 is: the precision of a class never predicted, the recall of one that never was. Default: 0. */
  zeroDivision?: 0 | 1
}

const hitOptions: OptionNames<HitOptions> = {
  ...classMetricOptions,
  average: true,
  positive: true,
  zeroDivision: true,
}

/** Of one class: hits (true positives), false alarms (false positives) and misses (false negatives). */
export type Hits = readonly [hits: number, alarms: number, misses: number]

/** A ratio of hits, averaged over classes: what precision, recall and F1 have in common. */
export function hitMetric(
  op: string,
  options: HitOptions,
  ratio: (hits: Hits) => readonly [number, number],
): Metric<Hits[], Seen, number> {
  checkNames(op, options, hitOptions)
  const { average = 'binary', positive = 1, zeroDivision = 0 } = options
  if (!['binary', 'macro', 'micro', 'weighted'].includes(average))
    fail(op, `average is binary, macro, micro or weighted, got ${String(average)}`)
  if (positive !== 0 && positive !== 1) fail(op, `positive is 0 or 1, got ${String(positive)}`)
  if (zeroDivision !== 0 && zeroDivision !== 1)
    fail(op, `zeroDivision is 0 or 1, got ${String(zeroDivision)}`)
  const figure = (hits: Hits) => {
    const [above, below] = ratio(hits)
    return below === 0 ? zeroDivision : above / below
  }
  return {
    better: 'higher',
    start: () => [],
    add(former, seen) {
      const { target, predicted } = classify(op, seen, options)
      const counts = former.map(([...hits]) => hits)
      const of = (c: number) => {
        if (average === 'binary' && c > 1)
          fail(op, `class ${c}: average binary wants two classes; use macro, micro or weighted`)
        while (counts.length <= c) counts.push([0, 0, 0])
        return counts[c]
      }
      target.forEach((wanted, i) => {
        const got = predicted[i]
        if (wanted === got) of(wanted)[0]++
        else {
          of(got)[1]++
          of(wanted)[2]++
        }
      })
      return counts
    },
    value(counts) {
      const present = counts.filter((hits) => total(hits) > 0)
      if (present.length === 0) fail(op, 'nothing was seen that counts, so there is no value')
      if (average === 'binary') return figure(counts[positive] ?? [0, 0, 0])
      if (average === 'micro') return figure(summed(present))
      const weights = present.map(([hits, , misses]) => (average === 'weighted' ? hits + misses : 1))
      const sum = present.reduce((sum, hits, c) => sum + weights[c] * figure(hits), 0)
      return sum / weights.reduce((a, b) => a + b)
    },
  }
}

function total([hits, alarms, misses]: Hits): number {
  return hits + alarms + misses
}

function summed(counts: readonly Hits[]): Hits {
  return counts.reduce((a, b): Hits => [a[0] + b[0], a[1] + b[1], a[2] + b[2]], [0, 0, 0])
}
