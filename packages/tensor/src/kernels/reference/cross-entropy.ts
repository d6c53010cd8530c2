import { allocate } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import type { CrossEntropyOutput } from '../training.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, leadingAxes } from './strided.js'

/** −log softmax(x)[t] = log Σ e^(x − m) − (x[t] − m), with m the largest x so that nothing overflows. */
export function crossEntropy(
  x: Strided,
  target: Strided,
  gradient: boolean,
  scale: number,
): CrossEntropyOutput {
  const { data } = x.storage
  const classes = target.storage.data
  const last = x.shape.length - 1
  const length = x.shape[last]
  const step = x.strides[last]
  const dtype = dtypeOfStrided(x)
  const losses = allocate(dtype, sizeOf(target.shape))
  const dx = gradient ? allocate(dtype, sizeOf(x.shape)) : undefined
  eachRow(target.shape, [leadingAxes(x, last), target], (start, rows, [at, atT], [stepRow, stepT]) => {
    for (let row = 0; row < rows; row++) {
      const from = at + row * stepRow
      const own = classes[atT + row * stepT]
      let m = Number.NEGATIVE_INFINITY
      for (let i = 0; i < length; i++) m = Math.max(m, data[from + i * step])
      let total = 0
      for (let i = 0; i < length; i++) total += Math.exp(data[from + i * step] - m)
      losses[start + row] = Math.log(total) - (data[from + own * step] - m)
      if (!dx) continue
      for (let i = 0; i < length; i++) {
        const p = Math.exp(data[from + i * step] - m) / total
        dx[(start + row) * length + i] = scale * (i === own ? p - 1 : p)
      }
    }
  })
  return { losses, gradient: dx }
}
