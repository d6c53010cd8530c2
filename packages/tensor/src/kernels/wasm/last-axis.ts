import type { TypedArray } from '../../dtype.js'
import { rowMajorStrides, sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import { copyIn, copyOut, reserveRows, rowsAtOnce } from './chunks.js'
import { type Engine, localEngine } from './engine.js'
import { rowMajorData } from './row-major.js'

export const cumsum = alongRows('cumsum')
export const softmax = alongRows('softmax')
export const logSoftmax = alongRows('logSoftmax')
export const argmax = ofRows('argmax')
export const argmin = ofRows('argmin')

/** log Σ e^x over the last `axes` axes, which are made one. */
export function logSumExp(x: Strided, axes: number): TypedArray {
  const engine = engineOf(x)
  if (!engine) return reference.logSumExp(x, axes)
  const kept = x.shape.slice(0, x.shape.length - axes)
  const shape = [...kept, sizeOf(x.shape.slice(kept.length))]
  const { data, offset } = rowMajorData<Float32Array>(x)
  const rows = { storage: { data }, offset, shape, strides: rowMajorStrides(shape) }
  return perRow(engine, 'logSumExp', rows, 1, new Float32Array(sizeOf(kept)))
}

/** A kernel that makes another row of every row of the last axis. */
function alongRows(name: 'cumsum' | 'softmax' | 'logSoftmax'): (x: Strided) => TypedArray {
  return (x) => {
    const engine = engineOf(x)
    if (!engine) return reference[name](x)
    return perRow(engine, name, x, x.shape[x.shape.length - 1], new Float32Array(sizeOf(x.shape)))
  }
}

/** A kernel that makes an int of every row of the last axis. */
function ofRows(name: 'argmax' | 'argmin'): (x: Strided) => TypedArray {
  return (x) => {
    const engine = engineOf(x)
    if (!engine) return reference[name](x)
    return perRow(engine, name, x, 1, new Int32Array(sizeOf(x.shape.slice(0, -1))))
  }
}

function engineOf(x: Strided): Engine | undefined {
  return x.storage.data instanceof Float32Array ? localEngine() : undefined
}

/** Calls `kernel(rows, length, x, y)`, which makes `made` elements of y of each row of x. */
function perRow<Y extends Float32Array | Int32Array>(
  engine: Engine,
  kernel: 'cumsum' | 'softmax' | 'logSoftmax' | 'logSumExp' | 'argmax' | 'argmin',
  x: Strided,
  made: number,
  y: Y,
): Y {
  const { data, offset } = rowMajorData<Float32Array>(x)
  const length = x.shape[x.shape.length - 1]
  const rows = sizeOf(x.shape.slice(0, -1))
  const most = rowsAtOnce(rows, length)
  return engine.scope(() => {
    const from = reserveRows(engine, most * length)
    const to = reserveRows(engine, most * made)
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row)
      copyIn(engine, data, offset + row * length, count * length, from)
      engine.exports[kernel](count, length, from, to)
      copyOut(engine, to, count * made, y, row * made)
    }
    return y
  })
}
