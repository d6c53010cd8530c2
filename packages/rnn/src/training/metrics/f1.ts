import { type HitOptions, type Hits, hitMetric } from './hits.js'
import type { Metric, Seen } from './metric.js'

/**
 * The harmonic mean of precision and recall (van Rijsbergen 1979, with β = 1),
 *
 *     F₁ = 2 P R / (P + R) = 2 hits / (2 hits + false alarms + misses)
 *
 * Shapes: see `accuracy`.
 */
export function f1(options: HitOptions = {}): Metric<Hits[], Seen, number> {
  return hitMetric('f1', options, ([hits, alarms, misses]) => [2 * hits, 2 * hits + alarms + misses])
}
