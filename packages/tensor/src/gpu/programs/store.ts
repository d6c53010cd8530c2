import { fail } from '../../errors.js'
import type { DeviceArray } from '../../kernels/elements.js'
import { mergeAxes } from '../../kernels/reference/rows.js'
import type { Strided } from '../../kernels/strided.js'
import { formatShape, isRowMajor } from '../../shape.js'
import type { Executor } from '../executor.js'
import { divide, flatIndex } from '../index-text.js'
import { layoutKey, type Operand, operandOf } from '../operand.js'

/**
 * target[…] = result[…], in place; `result` has target's elements in row-major order, and its dtype.
 *
 * Nothing is written into an array of a device: others take its place in the storage. Those are the result itself
 * where the target is all of its storage, else the old elements with the result among them.
 */
export function assignTo(executor: Executor, target: Strided, result: DeviceArray): void {
  if (result.length === 0) return
  const { storage, shape, strides, offset } = target
  const old = operandOf(executor, target)
  const isWhole = offset === 0 && isRowMajor(shape, strides) && result.length === old.array.length
  if (!isNested(target))
    fail(
      'assign',
      `the elements of a view of strides ${formatShape(strides)} lie among each other, and cannot be changed on ${executor.name}; copy it first`,
    )
  executor.store(storage, isWhole ? result : withPart(executor, old, result))
}

/** Does each axis step over all that those of smaller strides span together? Slices of what lies in rows do. */
function isNested({ shape, strides }: Strided): boolean {
  const axes = shape.map((length, axis) => ({ length, step: Math.abs(strides[axis]) }))
  let span = 0
  for (const { length, step } of axes.filter((x) => x.length > 1).sort((a, b) => a.step - b.step)) {
    if (step <= span) return false
    span += (length - 1) * step
  }
  return true
}

/** All elements of the storage of `part`: inside the part the new ones, elsewhere the old. */
function withPart(executor: Executor, part: Operand, result: DeviceArray): DeviceArray {
  const { array } = part
  const program = {
    name: 'withPart',
    key: layoutKey(part),
    size: array.length,
    source: () => {
      const { lines, at } = indexInPart('i', part)
      return `function (old, y) {
        const i = this.thread.x;
        ${lines}
        return y[${at}];
      }`
    },
  }
  return executor.run(program, [array, result], array.dtype)
}

/**
 * Lines that return `old[of]` unless the place `of` of the storage is in the part; and where in the part it then
 * is, in row-major order.
 *
 * A place is offset + Σ index · stride. The axes are nested, so the quotients by the strides, from the largest down, are
 * the index.
 */
function indexInPart(of: string, { shape, strides, offset }: Operand): { lines: string; at: string } {
  const merged = mergeAxes(shape, [{ strides }])
  const lengths = merged.lengths
  const steps = merged.strides[0]
  // A flipped axis is walked from its other end.
  const first = lengths.reduce((at, length, axis) => at + Math.min(0, steps[axis]) * (length - 1), offset)
  const index = lengths.map((length, axis) => {
    if (length === 1) return '0'
    return steps[axis] < 0 ? `(${length - 1} - q${axis})` : `q${axis}`
  })
  const lines = [`const from = ${of} - ${first};`]
  let rest = 'from'
  const outerFirst = lengths
    .map((_, axis) => axis)
    .filter((axis) => lengths[axis] > 1)
    .sort((a, b) => Math.abs(steps[b]) - Math.abs(steps[a]))
  for (const axis of outerFirst) {
    const step = Math.abs(steps[axis])
    const q = `q${axis}`
    if (step === 1) lines.push(`const ${q} = ${rest};`)
    else lines.push(...divide(rest, step, q, `r${axis}`))
    lines.push(`if (${q} < 0 || ${q} >= ${lengths[axis]}) { return old[${of}]; }`)
    rest = step === 1 ? '0' : `r${axis}`
  }
  if (rest !== '0') lines.push(`if (${rest} !== 0) { return old[${of}]; }`)
  const rowMajor = lengths.map((_, axis) => lengths.slice(axis + 1).reduce((size, n) => size * n, 1))
  return { lines: lines.join('\n'), at: flatIndex(index, { strides: rowMajor, offset: 0 }) }
}
