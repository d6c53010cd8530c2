import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import type {
  LayerNormAffine,
  LayerNormGradients,
  LayerNormOutput,
  LayerNormStatistics,
} from '../training.js'
import { copy } from './elementwise.js'
import { dtypeOfStrided } from './strided.js'

/** Layer normalisation (Ba, Kiros & Hinton 2016): y = x̂ · weight + bias, x̂ = (x − mean) · rstd along the last axis. */
export function layerNorm(x: Strided, affine: LayerNormAffine, eps: number): LayerNormOutput {
  const { rows, length, values, weight, bias } = prepare(x, affine)
  const y = allocate(dtypeOfStrided(x), rows * length)
  const mean = new Float64Array(rows)
  const rstd = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const at = row * length
    let sum = 0
    for (let i = 0; i < length; i++) sum += values[at + i]
    const μ = sum / length
    let squares = 0
    for (let i = 0; i < length; i++) squares += (values[at + i] - μ) ** 2
    const r = 1 / Math.sqrt(squares / length + eps)
    for (let i = 0; i < length; i++) y[at + i] = (values[at + i] - μ) * r * weight[i] + bias[i]
    mean[row] = μ
    rstd[row] = r
  }
  return { y, mean, rstd }
}

/**
 * Of a row, with g = dy · weight = dL/dx̂: dx = rstd · (g − mean g − x̂ · mean(g · x̂)), as the row's own mean and
 * variance move with x. Of all rows together: dWeight = Σ dy · x̂, dBias = Σ dy.
 */
export function layerNormBackward(
  x: Strided,
  affine: LayerNormAffine,
  { mean, rstd }: LayerNormStatistics,
  dy: Strided,
): LayerNormGradients {
  const { rows, length, values, weight } = prepare(x, affine)
  const dtype = dtypeOfStrided(x)
  const dys = copy(dy, dtype)
  const dx = allocate(dtype, rows * length)
  const dWeight = new Float64Array(length)
  const dBias = new Float64Array(length)
  for (let row = 0; row < rows; row++) {
    const at = row * length
    let sum = 0
    let sumX = 0
    for (let i = 0; i < length; i++) {
      const normal = (values[at + i] - mean[row]) * rstd[row]
      const g = dys[at + i] * weight[i]
      sum += g
      sumX += g * normal
      dWeight[i] += dys[at + i] * normal
      dBias[i] += dys[at + i]
    }
    for (let i = 0; i < length; i++) {
      const normal = (values[at + i] - mean[row]) * rstd[row]
      dx[at + i] = rstd[row] * (dys[at + i] * weight[i] - sum / length - normal * (sumX / length))
    }
  }
  const [weightGradient, biasGradient] = [dWeight, dBias].map((total) => {
    const gradient = allocate(dtype, length)
    gradient.set(total)
    return gradient
  })
  return { x: dx, weight: weightGradient, bias: biasGradient }
}

/** The operands in row-major order. */
function prepare(x: Strided, { weight, bias }: LayerNormAffine) {
  const dtype = dtypeOfStrided(x)
  const length = x.shape[x.shape.length - 1]
  const row = (values: Strided | undefined, value: number): TypedArray =>
    values ? copy(values, dtype) : allocate(dtype, length).fill(value)
  return {
    length,
    rows: sizeOf(x.shape.slice(0, -1)),
    values: copy(x, dtype),
    weight: row(weight, 1),
    bias: row(bias, 0),
  }
}
