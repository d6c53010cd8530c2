import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import type {
  LayerNormAffine,
  LayerNormGradients,
  LayerNormOutput,
  LayerNormStatistics,
} from '../training.js'
import { copyIn, copyOut, reserveRows, rowsAtOnce } from './chunks.js'
import { type Engine, localEngine } from './engine.js'
import { rowMajorData } from './row-major.js'

export function layerNorm(x: Strided, affine: LayerNormAffine, eps: number): LayerNormOutput {
  const engine = localEngine()
  if (!engine || !(x.storage.data instanceof Float32Array)) return reference.layerNorm(x, affine, eps)
  const { data, offset } = rowMajorData<Float32Array>(x)
  const length = x.shape[x.shape.length - 1]
  const rows = sizeOf(x.shape.slice(0, -1))
  const y = new Float32Array(rows * length)
  const [mean, rstd] = [new Float64Array(rows), new Float64Array(rows)]
  const most = rowsAtOnce(rows, length)
  return engine.scope(() => {
    const weight = loadRow(engine, affine.weight, length, 1)
    const bias = loadRow(engine, affine.bias, length, 0)
    const [from, to] = [reserveRows(engine, most * length), reserveRows(engine, most * length)]
    const statistics = [engine.reserve(most * 8), engine.reserve(most * 8)] as const
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row)
      copyIn(engine, data, offset + row * length, count * length, from)
      engine.exports.layerNorm(count, length, eps, from, weight, bias, ...statistics, to)
      copyOut(engine, to, count * length, y, row * length)
      mean.set(doubles(engine, statistics[0], count), row)
      rstd.set(doubles(engine, statistics[1], count), row)
    }
    return { y, mean, rstd }
  })
}

export function layerNormBackward(
  x: Strided,
  affine: LayerNormAffine,
  { mean, rstd }: LayerNormStatistics,
  dy: Strided,
): LayerNormGradients {
  const engine = localEngine()
  if (!engine || !(x.storage.data instanceof Float32Array))
    return reference.layerNormBackward(x, affine, { mean, rstd }, dy)
  const { data, offset } = rowMajorData<Float32Array>(x)
  const gradient = rowMajorData<Float32Array>(dy)
  const length = x.shape[x.shape.length - 1]
  const rows = mean.length
  const dx = new Float32Array(rows * length)
  const most = rowsAtOnce(rows, length)
  return engine.scope(() => {
    const weight = loadRow(engine, affine.weight, length, 1)
    const [from, above] = [reserveRows(engine, most * length), reserveRows(engine, most * length)]
    const below = reserveRows(engine, most * length)
    const statistics = [engine.reserve(most * 8), engine.reserve(most * 8)] as const
    const [dWeight, dBias] = [engine.reserve((length + 3) * 8), engine.reserve((length + 3) * 8)]
    for (const total of [dWeight, dBias]) doubles(engine, total, length + 3).fill(0)
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row)
      copyIn(engine, data, offset + row * length, count * length, from)
      copyIn(engine, gradient.data, gradient.offset + row * length, count * length, above)
      doubles(engine, statistics[0], count).set(mean.subarray(row, row + count))
      doubles(engine, statistics[1], count).set(rstd.subarray(row, row + count))
      engine.exports.layerNormBackward(
        count,
        length,
        from,
        weight,
        ...statistics,
        above,
        below,
        dWeight,
        dBias,
      )
      copyOut(engine, below, count * length, dx, row * length)
    }
    const rounded = (total: number) => new Float32Array(doubles(engine, total, length))
    return { x: dx, weight: rounded(dWeight), bias: rounded(dBias) }
  })
}

/** A weight or bias; where it is left out, `value` everywhere. */
function loadRow(engine: Engine, row: Strided | undefined, length: number, value: number): number {
  const pointer = reserveRows(engine, length)
  if (row) {
    const { data, offset } = rowMajorData<Float32Array>(row)
    copyIn(engine, data, offset, length, pointer)
  } else engine.f32.fill(value, pointer >> 2, (pointer >> 2) + length)
  return pointer
}

function doubles(engine: Engine, pointer: number, length: number): Float64Array {
  return new Float64Array(engine.memory.buffer, pointer, length)
}
