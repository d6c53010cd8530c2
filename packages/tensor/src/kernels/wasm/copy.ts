import { allocate, type DType, type TypedArray } from '../../dtype.js'
import { isRowMajor, type Shape, sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import { mergeAxes } from '../reference/rows.js'
import { dtypeOfStrided } from '../reference/strided.js'
import { chunk } from './chunks.js'
import type { Engine } from './engine.js'

/** x in row-major order. Of the same dtype, whole rows are copied at a time, or squares of a transposed plane. */
export function copy(x: Strided, dtype: DType): TypedArray {
  if (dtypeOfStrided(x) !== dtype) return reference.copy(x, dtype)
  const { data } = x.storage
  const size = sizeOf(x.shape)
  if (isRowMajor(x.shape, x.strides)) return data.slice(x.offset, x.offset + size)
  const y = allocate(dtype, size)
  if (size === 0) return y
  const { lengths, strides } = mergeAxes(x.shape, [x])
  copyBlock(blockOf(data, y, lengths, strides[0]), 0, lengths[0], x.offset, 0)
  return y
}

/**
 * Copies operands of one shape, float32 or bool, into linear memory, a chunk at a time and in row-major order, and calls
 * `visit` for each chunk: where it starts in the result, and its length. Operand k goes to `pointers[k]`. The last pointer
 * is one to as much room again, which is free when `visit` is called.
 *
 * A chunk is made of whole axes, as many as fit, and a part of the next: of an operand that does not change along the
 * axes before them (a bias, a number) every chunk is the same, and is copied once.
 */
export function eachChunk(
  engine: Engine,
  shape: Shape,
  operands: readonly Strided[],
  pointers: readonly number[],
  visit: (start: number, length: number) => void,
): void {
  const size = sizeOf(shape)
  if (size === 0) return
  const { lengths, strides } = mergeAxes(shape, operands)
  const spare = pointers[operands.length]
  const blocks = operands.map(({ storage: { data } }, k) => {
    const memory = data instanceof Float32Array ? engine.f32 : engine.u8
    return blockOf(data, memory, lengths, strides[k], engine, spare)
  })
  const copyIn = (k: number, axis: number, count: number, from: number) =>
    copyBlock(blocks[k], axis, count, from, pointers[k] / blocks[k].memory.BYTES_PER_ELEMENT)

  if (size <= chunk) {
    for (let k = 0; k < blocks.length; k++) copyIn(k, 0, lengths[0], operands[k].offset)
    visit(0, size)
    return
  }
  let axis = lengths.length - 1
  let inner = 1
  for (; inner * lengths[axis] <= chunk; axis--) inner *= lengths[axis]
  const most = Math.floor(chunk / inner)
  const copied = operands.map(() => ({ from: -1, count: 0 }))
  const outer = sizeOf(lengths.slice(0, axis))
  let start = 0
  for (let n = 0; n < outer; n++)
    for (let first = 0; first < lengths[axis]; first += most) {
      const count = Math.min(most, lengths[axis] - first)
      for (let k = 0; k < blocks.length; k++) {
        const from = operands[k].offset + offsetOf(n, axis, blocks[k]) + first * strides[k][axis]
        if (from === copied[k].from && count <= copied[k].count) continue
        copied[k] = { from, count }
        copyIn(k, axis, count, from)
      }
      visit(start, count * inner)
      start += count * inner
    }
}

/** From so many elements on, a method of the arrays copies faster than a loop. */
const many = 32

/** Copies a row of `count` elements; returns their number. */
export function copyRow(
  memory: TypedArray,
  to: number,
  data: TypedArray,
  from: number,
  step: number,
  count: number,
): number {
  if (count >= many && step === 1) {
    // Most operands are all of their array: then there is no need for a view.
    memory.set(from === 0 && count === data.length ? data : data.subarray(from, from + count), to)
  } else if (count >= many && step === 0) memory.fill(data[from], to, to + count)
  else for (let i = 0; i < count; i++) memory[to + i] = data[from + i * step]
  return count
}

/** An operand, and the array to which its elements are to go. In linear memory, with spare room to work in. */
interface Block {
  readonly data: TypedArray
  readonly memory: TypedArray
  readonly lengths: readonly number[]
  readonly strides: readonly number[]
  /** From this axis on, it can be walked as one row. */
  readonly row: number
  readonly engine: Engine | undefined
  readonly spare: number
}

function blockOf(
  data: TypedArray,
  memory: TypedArray,
  lengths: readonly number[],
  strides: readonly number[],
  engine?: Engine,
  spare = 0,
): Block {
  let row = lengths.length - 1
  while (row > 0 && strides[row - 1] === strides[row] * lengths[row]) row--
  return { data, memory, lengths, strides, row, engine, spare }
}

/** Where the n-th index of the axes before `axis` lies. */
function offsetOf(n: number, axis: number, { lengths, strides }: Block): number {
  let offset = 0
  let rest = n
  for (let before = axis - 1; before >= 0; before--) {
    offset += (rest % lengths[before]) * strides[before]
    rest = Math.floor(rest / lengths[before])
  }
  return offset
}

/** Copies the first `count` of `axis`, and all of the axes after it; returns how many elements they were. */
function copyBlock(block: Block, axis: number, count: number, from: number, to: number): number {
  const { data, memory, lengths, strides, row } = block
  const last = lengths.length - 1
  if (axis >= row) {
    let size = count
    for (let after = axis + 1; after <= last; after++) size *= lengths[after]
    return copyRow(memory, to, data, from, strides[last], size)
  }
  if (axis === last - 1 && strides[axis] !== 0) return copyPlane(block, axis, count, from, to)
  const size = copyBlock(block, axis + 1, lengths[axis + 1], from, to)
  if (strides[axis] === 0) repeatBlock(memory, to, size, size * count)
  else
    for (let i = 1; i < count; i++)
      copyBlock(block, axis + 1, lengths[axis + 1], from + i * strides[axis], to + i * size)
  return size * count
}

function copyPlane(block: Block, axis: number, rows: number, from: number, to: number): number {
  const { data, memory, lengths, strides, engine, spare } = block
  const columns = lengths[axis + 1]
  const [down, along] = [strides[axis], strides[axis + 1]]
  if (along === 0 && engine && memory === engine.f32) {
    copyRow(memory, spare >> 2, data, from, down, rows)
    engine.exports.repeat(rows, columns, spare, to * 4)
  } else if (along === 0 || along === 1)
    for (let i = 0; i < rows; i++) copyRow(memory, to + i * columns, data, from + i * down, along, columns)
  else
    for (let top = 0; top < rows; top += tile)
      for (let left = 0; left < columns; left += tile) {
        const start = to + top * columns + left
        const first = from + top * down + left * along
        const [height, width] = [Math.min(tile, rows - top), Math.min(tile, columns - left)]
        for (let i = 0; i < height; i++)
          for (let j = 0; j < width; j++) memory[start + i * columns + j] = data[first + i * down + j * along]
      }
  return rows * columns
}

/** A plane whose columns lie far apart is copied in squares of this side: what they touch stays in the first-level cache. */
const tile = 32

/** Repeats the first `size` elements until there are `total`. */
function repeatBlock(memory: TypedArray, start: number, size: number, total: number): void {
  for (let done = size; done < total; done *= 2)
    memory.copyWithin(start + done, start, start + Math.min(done, total - done))
}
