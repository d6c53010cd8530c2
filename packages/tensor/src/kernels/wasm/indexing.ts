import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import { dtypeOfStrided } from '../reference/strided.js'
import { copyIn, reserveRows, rowsAtOnce } from './chunks.js'
import { copyRow } from './copy.js'
import { localEngine } from './engine.js'
import { rowMajorData } from './row-major.js'

/*
 * Indices by which whole rows of a matrix are taken, as an embedding does: one number for all of the last axis.
 */

export function gather(x: Strided, axis: number, index: Strided): TypedArray {
  if (!takesRows(axis, index)) return reference.gather(x, axis, index)
  // Rows are copied where they lie: to take the table into linear memory would be the larger part of the work.
  const { data } = x.storage
  const indices = index.storage.data
  const [rows, length] = index.shape
  const y = allocate(dtypeOfStrided(x), rows * length)
  for (let row = 0; row < rows; row++) {
    const from = x.offset + indices[index.offset + row * index.strides[0]] * x.strides[0]
    copyRow(y, row * length, data, from, x.strides[1], length)
  }
  return y
}

export function scatterAdd(x: Strided, axis: number, index: Strided, source: Strided): TypedArray {
  const engine = localEngine()
  const [rows, length] = index.shape
  if (!engine || !(x.storage.data instanceof Float32Array) || !takesRows(axis, index) || length < x.shape[1])
    return reference.scatterAdd(x, axis, index, source)
  const { data, offset } = rowMajorData<Float32Array>(source)
  const { storage, offset: start, strides } = index
  const indices = rowMajorData<Int32Array>({ storage, offset: start, shape: [rows], strides: [strides[0]] })
  const most = rowsAtOnce(rows, length)
  return engine.scope(() => {
    const y = engine.load(x)
    const from = reserveRows(engine, most * length)
    const at = reserveRows(engine, most)
    for (let row = 0; row < rows; row += most) {
      const count = Math.min(most, rows - row)
      copyIn(engine, data, offset + row * length, count * length, from)
      copyIn(engine, indices.data, indices.offset + row, count, at)
      engine.exports.addRows(count, length, at, from, y)
    }
    return engine.read(y, sizeOf(x.shape))
  })
}

function takesRows(axis: number, { shape, strides }: Strided): boolean {
  return axis === 0 && shape.length === 2 && strides[1] === 0
}
