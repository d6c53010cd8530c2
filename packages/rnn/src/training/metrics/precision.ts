import { type HitOptions, type Hits, hitMetric } from './hits.js'
import type { Metric, Seen } from './metric.js'

/** Of what was predicted to be of a class, the part that is: hits / (hits + false alarms). Shapes: see `accuracy`. */
export function precision(options: HitOptions = {}): Metric<Hits[], Seen, number> {
  return hitMetric('precision', options, ([hits, alarms]) => [hits, hits + alarms])
}
