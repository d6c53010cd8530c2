import { isRowMajor } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { dtypeOfStrided } from '../reference/strided.js'
import { copy } from './copy.js'

/** The elements of x in row-major order, from `offset` on: where they lie, or a copy. */
export function rowMajorData<Data extends Float32Array | Int32Array>(
  x: Strided,
): { data: Data; offset: number } {
  if (isRowMajor(x.shape, x.strides)) return { data: x.storage.data as Data, offset: x.offset }
  return { data: copy(x, dtypeOfStrided(x)) as Data, offset: 0 }
}
