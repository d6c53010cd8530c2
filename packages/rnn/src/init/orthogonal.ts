import { cast, fail, formatShape, Tensor, transpose } from '@unroll/tensor'
import type { Initializer } from './initializer.js'

/**
 * A matrix with orthonormal rows (or columns, if there are more rows), times gain: a recurrent
 * weight that neither shrinks nor stretches the state (Saxe et al. 2014).
 *
 * The Q of the QR decomposition of a normal matrix, with its columns' signs such that it is uniformly
 * distributed (Mezzadri 2007): Gram–Schmidt, done twice to be orthogonal to the last digit, gives just that.
 */
export function orthogonal(gain = 1): Initializer {
  return (shape, rng, dtype = 'float32') => {
    if (!Number.isFinite(gain)) fail('orthogonal', `gain is a finite number, got ${gain}`)
    if (shape.length !== 2) fail('orthogonal', `wants the shape of a matrix, got ${formatShape(shape)}`)
    const [rows, columns] = shape
    const wide = rows <= columns
    const [count, length] = wide ? [rows, columns] : [columns, rows]
    const vectors = rng.normal([count, length], 0, 1, { dtype: 'float64' }).data as Float64Array
    orthonormalize(vectors, count, length)
    const q = Tensor.from(vectors, [count, length]).mul(gain)
    return cast(wide ? q : transpose(q).contiguous(), dtype)
  }
}

/** Makes each of `count` vectors, which lie one after another, orthogonal to those before it, and of length 1. */
function orthonormalize(vectors: Float64Array, count: number, length: number): void {
  for (let i = 0; i < count; i++) {
    const v = vectors.subarray(i * length, (i + 1) * length)
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const u = vectors.subarray(j * length, (j + 1) * length)
        const along = dot(u, v)
        for (let k = 0; k < length; k++) v[k] -= along * u[k]
      }
    const norm = Math.sqrt(dot(v, v))
    for (let k = 0; k < length; k++) v[k] /= norm
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
  return sum
}
