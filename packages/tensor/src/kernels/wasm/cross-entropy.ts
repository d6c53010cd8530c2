import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import type { CrossEntropyOutput } from '../training.js'
import { copyIn, copyOut, reserveRows, rowsAtOnce } from './chunks.js'
import { localEngine } from './engine.js'
import { rowMajorData } from './row-major.js'

export function crossEntropy(
  x: Strided,
  target: Strided,
  gradient: boolean,
  scale: number,
): CrossEntropyOutput {
  const engine = localEngine()
  if (!engine || !(x.storage.data instanceof Float32Array))
    return reference.crossEntropy(x, target, gradient, scale)
  const { data, offset } = rowMajorData<Float32Array>(x)
  const classes = rowMajorData<Int32Array>(target)
  const length = x.shape[x.shape.length - 1]
  const rows = sizeOf(target.shape)
  const losses = new Float32Array(rows)
  const dx = gradient ? new Float32Array(sizeOf(x.shape)) : undefined
  const most = rowsAtOnce(rows, length)
  engine.scope(() => {
    const logits = reserveRows(engine, most * length)
    const own = reserveRows(engine, most)
    const loss = reserveRows(engine, most)
    const slope = dx ? reserveRows(engine, most * length) : 0
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row)
      copyIn(engine, data, offset + row * length, count * length, logits)
      copyIn(engine, classes.data, classes.offset + row, count, own)
      engine.exports.crossEntropy(count, length, logits, own, scale, loss, slope)
      copyOut(engine, loss, count, losses, row)
      if (dx) copyOut(engine, slope, count * length, dx, row * length)
    }
  })
  return { losses, gradient: dx }
}
