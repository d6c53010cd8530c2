import type { DType } from '../../dtype.js'
import { fail } from '../../errors.js'
import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import { mergeAxes } from '../../kernels/reference/rows.js'
import { isRowMajor, type Shape, sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { checkInt } from '../floats.js'
import { flatIndex, unravel } from '../index-text.js'
import { dtypeOfOperand, layoutKey, type Operand, operandOf, rowMajorOperand } from '../operand.js'
import { filled } from './filled.js'
import { mapElements } from './map.js'
import { assignTo } from './store.js'

export function copying(executor: Executor): Pick<Kernels<DeviceArray>, 'copy' | 'put' | 'concat'> {
  return {
    /** To bool, every value but 0 is true; to int32, the fraction is dropped. @throws UnrollError for float64. */
    copy: (x: Strided, dtype: DType) => convert(executor, x, dtype),

    put(target: Strided, source: Strided) {
      const { dtype } = executor.array(target)
      assignTo(executor, target, convert(executor, source, dtype))
    },

    concat(parts: readonly Strided[], axis: number) {
      const operands = parts.map((x) => operandOf(executor, x))
      return joinAll(executor, operands, axis).array
    },
  }
}

/** x in row-major order, in an array of its own. */
function convert(executor: Executor, x: Strided, dtype: DType): DeviceArray {
  if (dtype === 'float64') fail('copy', `${executor.name} has no float64`)
  const { number } = x.storage
  if (number !== undefined) {
    if (dtype === 'int32') checkInt('copy', number)
    return filled(executor, sizeOf(x.shape), toDType(number, dtype), dtype)
  }
  const from = operandOf(executor, x)
  if (executor.sharesArrays && dtypeOfOperand(from) === dtype && isWhole(from)) return from.array
  const f = conversion(dtypeOfOperand(from), dtype)
  return mapElements(executor, 'copy', [from], { key: f('v'), text: ([v]) => `return ${f(v)};` }, dtype)
}

function isWhole({ array, shape, strides, offset }: Operand): boolean {
  return offset === 0 && isRowMajor(shape, strides) && sizeOf(shape) === array.length
}

function toDType(number: number, dtype: DType): number {
  if (dtype === 'bool') return number === 0 ? 0 : 1
  return dtype === 'int32' ? Math.trunc(number) : number
}

function conversion(from: DType, to: DType): (v: string) => string {
  if (to === 'bool' && from !== 'bool') return (v) => `${v} === 0 ? 0 : 1`
  if (to === 'int32' && from === 'float32') return (v) => `${v} < 0 ? -Math.floor(-${v}) : Math.floor(${v})`
  if (to === 'float32' && from === 'int32') return (v) => `${v} === 0 ? 0 : ${v}` // no int is −0
  return (v) => v
}

/** As many parts as one program may have. */
const most = 7

/** The parts one after another along an axis: more than 7 in groups, and those again. */
function joinAll(executor: Executor, parts: readonly Operand[], axis: number): Operand {
  const count = Math.ceil(parts.length / most)
  if (count === 1) return join(executor, parts, axis)
  const groups = Array.from({ length: count }, (_, k) => parts.slice(k * most, (k + 1) * most))
  return joinAll(
    executor,
    groups.map((group) => join(executor, group, axis)),
    axis,
  )
}

function join(executor: Executor, parts: readonly Operand[], axis: number): Operand {
  const [first] = parts
  const shape = [...first.shape]
  shape[axis] = parts.reduce((length, x) => length + x.shape[axis], 0)
  const program = {
    name: 'concat',
    key: `${axis}|${layoutKey(...parts)}`,
    size: sizeOf(shape),
    source: () => joinText(parts, shape, axis),
  }
  const args = parts.map((x) => x.array)
  return rowMajorOperand(executor.run(program, args, dtypeOfOperand(first)), shape)
}

/** The part in which the index along the axis falls, and there the index less the lengths of the parts before. */
function joinText(parts: readonly Operand[], shape: Shape, axis: number): string {
  const before = mergeAxes(shape.slice(0, axis), slices(parts, 0, axis))
  const after = mergeAxes(shape.slice(axis + 1), slices(parts, axis + 1))
  const { lines, index } = unravel('i', [...before.lengths, shape[axis], ...after.lengths], 'a')
  const along = before.lengths.length
  let start = 0
  const returns = parts.map(({ shape: own, strides, offset }, k) => {
    if (own[axis] === 0) return ''
    const merged = [...before.strides[k], strides[axis], ...after.strides[k]]
    const place = flatIndex(index, { strides: merged, offset: offset - start * strides[axis] })
    start += own[axis]
    const isLast = start === shape[axis]
    return isLast ? `return x${k}[${place}];` : `if (${index[along]} < ${start}) { return x${k}[${place}]; }`
  })
  return `function (${parts.map((_, k) => `x${k}`).join(', ')}) {
    const i = this.thread.x;
    ${lines}
    ${returns.join('\n')}
  }`
}

/** The strides along some of the axes. */
function slices(parts: readonly Operand[], from: number, to?: number): { strides: number[] }[] {
  return parts.map(({ strides }) => ({ strides: strides.slice(from, to) }))
}
