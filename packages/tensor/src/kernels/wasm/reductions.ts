import { isRowMajor, sizeOf } from '../../shape.js'
import type { ReduceKernel, Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import { chunk, copyIn } from './chunks.js'
import { type Engine, localEngine } from './engine.js'
import { rowMajorData } from './row-major.js'

export const sum = reduction('sum', 0)
export const prod = reduction('prod', 1)
export const max = reduction('max', 2)
export const min = reduction('min', 3)

/** @param kind as the kernel numbers it */
function reduction(name: 'sum' | 'prod' | 'max' | 'min', kind: number): ReduceKernel {
  return (x, axes) => {
    const engine = localEngine()
    if (!engine || !(x.storage.data instanceof Float32Array)) return reference[name](x, axes)
    return reduce(engine, kind, blockOf(x, axes))
  }
}

/** x[groups, rows, columns] in row-major order from `offset` on: its rows are to be reduced. */
interface Block {
  readonly data: Float32Array
  readonly offset: number
  readonly groups: number
  readonly rows: number
  readonly columns: number
}

function reduce(engine: Engine, kind: number, block: Block): Float32Array {
  const { data, offset, groups, rows, columns } = block
  const results = groups * columns
  return engine.scope(() => {
    const { exports } = engine
    const totals = engine.reserve(results * 8)
    const x = engine.reserve(Math.max(columns, Math.min(chunk, groups * rows * columns)) * 4)
    exports.startTotals(kind, results, totals)
    const size = rows * columns
    const [groupsAtOnce, rowsAtOnce] =
      size <= chunk
        ? [Math.floor(chunk / Math.max(size, 1)), rows]
        : [1, Math.max(1, Math.floor(chunk / columns))]
    for (let group = 0; group < groups; group += groupsAtOnce) {
      const some = Math.min(groupsAtOnce, groups - group)
      for (let row = 0; row < rows; row += rowsAtOnce) {
        const part = Math.min(rowsAtOnce, rows - row)
        copyIn(engine, data, offset + (group * rows + row) * columns, some * part * columns, x)
        exports.reduce(kind, some, part, columns, x, totals + group * columns * 8)
      }
    }
    exports.demote(results, totals, totals)
    return engine.read(totals, results)
  })
}

/** x as a block where it lies in memory like one, whatever the order of its axes; else a copy that does. */
function blockOf(x: Strided, axes: number): Block {
  const kept = x.shape.length - axes
  if (!isRowMajor(x.shape, x.strides)) {
    const block = permutedBlock(x, kept)
    if (block) return block
  }
  const { data, offset } = rowMajorData<Float32Array>(x)
  const groups = sizeOf(x.shape.slice(0, kept))
  return { data, offset, groups, rows: sizeOf(x.shape.slice(kept)), columns: 1 }
}

/** x as a block, if its axes in the order of memory leave no gap, and those that are reduced lie side by side. */
function permutedBlock({ storage, shape, strides, offset }: Strided, kept: number): Block | undefined {
  const order = shape.map((_, axis) => axis).sort((a, b) => strides[b] - strides[a])
  let [groups, rows, columns] = [1, 1, 1]
  let last = -1
  let stride = sizeOf(shape)
  for (const axis of order) {
    const length = shape[axis]
    if (length === 1) continue
    stride /= length
    if (strides[axis] !== stride) return undefined
    if (axis >= kept) {
      if (columns > 1) return undefined
      rows *= length
    } else {
      if (axis < last) return undefined // the results would come in another order
      last = axis
      if (rows > 1) columns *= length
      else groups *= length
    }
  }
  return { data: storage.data as Float32Array, offset, groups, rows, columns }
}
