import { summedErrors } from './errors.js'
import { meanMetric, type Sum } from './mean.js'
import type { Metric, Seen } from './metric.js'

/** The root of the mean squared error, √(Σ (p − t)² / n). Prediction and target are of one shape. */
export function rmse(): Metric<Sum, Seen, number> {
  return meanMetric('rmse', 'lower', (seen) => summedErrors('rmse', seen, (error) => error ** 2), Math.sqrt)
}
