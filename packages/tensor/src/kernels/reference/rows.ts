import type { Shape } from '../../shape.js'
import type { Strided } from '../kernels.js'

/**
 * Called for each row: where it starts in the result (row-major) and in each operand, its length,
 * and by how much each operand steps along it. The arrays are reused between calls.
 */
export type VisitRow = (start: number, length: number, offsets: number[], steps: readonly number[]) => void

/**
 * Walks operands of one shape together, a row at a time, in row-major order.
 *
 * Neighbouring axes are merged first where every operand runs through both without a jump, so that
 * contiguous operands are one long row, whatever their rank.
 */
export function eachRow(shape: Shape, operands: readonly Strided[], visit: VisitRow): void {
  if (shape.includes(0)) return
  const offsets = operands.map((x) => x.offset)
  const { lengths, strides } = mergeAxes(shape, operands)
  const last = lengths.length - 1
  const length = lengths[last]
  const steps = strides.map((s) => s[last])

  // An odometer over the axes before the last one.
  const index = new Array<number>(last).fill(0)
  for (let start = 0; ; start += length) {
    visit(start, length, offsets, steps)
    let axis = last - 1
    for (; axis >= 0; axis--) {
      for (let k = 0; k < offsets.length; k++) offsets[k] += strides[k][axis]
      if (++index[axis] < lengths[axis]) break
      for (let k = 0; k < offsets.length; k++) offsets[k] -= lengths[axis] * strides[k][axis]
      index[axis] = 0
    }
    if (axis < 0) return
  }
}

/** The axes of `shape`, fewer where two can be walked as one; strides[k] are those of operand k. */
export function mergeAxes(
  shape: Shape,
  operands: readonly Pick<Strided, 'strides'>[],
): { lengths: number[]; strides: number[][] } {
  const lengths: number[] = []
  const strides: number[][] = operands.map(() => [])
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]
    if (length === 1) continue
    const last = lengths.length - 1
    let merges = last >= 0
    for (let k = 0; merges && k < operands.length; k++)
      merges = strides[k][last] === operands[k].strides[axis] * length
    if (merges) lengths[last] *= length
    else lengths.push(length)
    for (let k = 0; k < operands.length; k++) strides[k][lengths.length - 1] = operands[k].strides[axis]
  }
  if (lengths.length === 0) {
    lengths.push(1)
    for (const s of strides) s.push(0)
  }
  return { lengths, strides }
}
