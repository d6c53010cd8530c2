import { type HitOptions, type Hits, hitMetric } from './hits.js'
import type { Metric, Seen } from './metric.js'

/** Of what is of a class, the part that was found: hits / (hits + misses). Shapes: see `accuracy`. */
export function recall(options: HitOptions = {}): Metric<Hits[], Seen, number> {
  return hitMetric('recall', options, ([hits, , misses]) => [hits, hits + misses])
}
