import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { copy } from './elementwise.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, rowMajor } from './strided.js'

export function gather(x: Strided, axis: number, index: Strided): TypedArray {
  const { data } = x.storage
  const indices = index.storage.data
  const y = allocate(dtypeOfStrided(x), sizeOf(index.shape))
  const along = x.strides[axis]
  eachRow(index.shape, [index, withoutAxis(x, axis, index)], (start, length, [atI, at], [stepI, step]) => {
    for (let i = 0; i < length; i++) y[start + i] = data[at + i * step + indices[atI + i * stepI] * along]
  })
  return y
}

export function scatterAdd(x: Strided, axis: number, index: Strided, source: Strided): TypedArray {
  const y = copy(x, dtypeOfStrided(x))
  const indices = index.storage.data
  const values = source.storage.data
  const target = rowMajor(y, x.shape)
  const along = target.strides[axis]
  const operands = [index, source, withoutAxis(target, axis, index)]
  eachRow(index.shape, operands, (_, length, [atI, atS, at], [stepI, stepS, step]) => {
    for (let i = 0; i < length; i++)
      y[at + i * step + indices[atI + i * stepI] * along] += values[atS + i * stepS]
  })
  return y
}

/** x walked in the shape of `index`, standing still along `axis`: the index moves it there. */
function withoutAxis(x: Strided, axis: number, index: Strided): Strided {
  const strides = x.strides.map((stride, i) => (i === axis ? 0 : stride))
  return { storage: x.storage, offset: x.offset, shape: index.shape, strides }
}
