import { summedErrors } from './errors.js'
import { meanMetric, type Sum } from './mean.js'
import type { Metric, Seen } from './metric.js'

/** The mean absolute error, Σ |p − t| / n. Prediction and target are of one shape. */
export function mae(): Metric<Sum, Seen, number> {
  return meanMetric('mae', 'lower', (seen) => summedErrors('mae', seen, Math.abs))
}
