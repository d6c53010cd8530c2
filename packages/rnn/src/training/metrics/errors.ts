import { fail, formatShape, sameShape } from '@unroll/tensor'
import { countedIn, tensorOf } from './counted.js'
import type { Sum } from './mean.js'
import type { Seen } from './metric.js'

/** Σ cost(prediction − target) over what counts, in float64. @throws UnrollError when the shapes differ. */
export function summedErrors(op: string, seen: Seen, cost: (error: number) => number): Sum {
  const prediction = tensorOf(op, 'the prediction', seen.prediction)
  const target = tensorOf(op, 'the target', seen.target)
  if (!sameShape(prediction.shape, target.shape))
    fail(
      op,
      `prediction ${formatShape(prediction.shape)} and target ${formatShape(target.shape)} must have one shape`,
    )
  const [p, t] = [prediction.data, target.data]
  const counts = countedIn(op, target, seen)
  let [sum, count] = [0, 0]
  for (let i = 0; i < p.length; i++) {
    if (!counts(i)) continue
    sum += cost(p[i] - t[i])
    count++
  }
  return [sum, count]
}
