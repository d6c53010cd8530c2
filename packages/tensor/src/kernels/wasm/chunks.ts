import type { Engine } from './engine.js'

/*
 * Kernels that go over their operands once take them a chunk at a time: what was copied in is still in the
 * second-level cache when it is read, and so is the result when it is copied out.
 */

/** Elements of an operand in a chunk: 64 KiB. */
export const chunk = 16384

/** How many of `rows` rows of `length` elements are taken at a time. */
export function rowsAtOnce(rows: number, length: number): number {
  return Math.min(rows, Math.max(1, Math.floor(chunk / Math.max(1, length))))
}

/** Room for so many elements, and for 3 more: kernels read and write whole vectors. */
export function reserveRows(engine: Engine, elements: number): number {
  return engine.reserve((elements + 3) * 4)
}

export function copyIn(
  engine: Engine,
  data: Float32Array | Int32Array,
  start: number,
  length: number,
  to: number,
): void {
  const memory = data instanceof Int32Array ? engine.i32 : engine.f32
  memory.set(data.subarray(start, start + length), to >> 2)
}

export function copyOut(
  engine: Engine,
  from: number,
  length: number,
  data: Float32Array | Int32Array,
  start: number,
): void {
  const memory = data instanceof Int32Array ? engine.i32 : engine.f32
  data.set(memory.subarray(from >> 2, (from >> 2) + length), start)
}
