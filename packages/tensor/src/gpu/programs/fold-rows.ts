import type { DeviceArray } from '../../kernels/elements.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { divide, indexOperands } from '../index-text.js'
import { dtypeOfOperand, layoutKey, type Operand, rowMajorOperand } from '../operand.js'
import { filled } from './filled.js'
import { zips } from './functions.js'

/** A running total: where it starts, and how it takes one more value: an expression of two names. */
export interface Fold {
  readonly start: number
  readonly take: (total: string, x: string) => string
}

export const sum: Fold = { start: 0, take: zips.add }
export const prod: Fold = { start: 1, take: zips.mul }
export const max: Fold = { start: Number.NEGATIVE_INFINITY, take: zips.maximum }
export const min: Fold = { start: Number.POSITIVE_INFINITY, take: zips.minimum }

/** What is folded in the place of an element: an expression of the element and of something that its row has. */
export interface Term {
  /** For the key: what the expression depends on. */
  readonly key: string
  readonly of: (x: string, own: string) => string
  /** One for each row. */
  readonly own: DeviceArray
}

/**
 * How many values one thread folds in a round, in blocks with a total each: no total is of more than 16 values, so that
 * a sum of a million has lost at most about 5 · 16 times half a unit in float32's last place, and in general far less.
 */
const inBlock = 16
const most = inBlock * 16

/**
 * One value for each row of x, made of its last `axes` axes. In rounds, as no thread sees what another one has made:
 * each leaves one value for every 256 of a row.
 */
export function foldRows(
  executor: Executor,
  name: string,
  fold: Fold,
  x: Operand,
  axes: number,
  term?: Term,
): DeviceArray {
  const kept = x.shape.length - axes
  const rows = sizeOf(x.shape.slice(0, kept))
  const length = sizeOf(x.shape.slice(kept))
  const dtype = dtypeOfOperand(x)
  if (length === 0) return filled(executor, rows, fold.start, dtype)

  const groups = Math.ceil(length / most)
  const program = {
    name,
    key: `${term?.key ?? ''}|${axes}|${layoutKey(x)}`,
    size: rows * groups,
    source: () => foldText(fold, x, kept, groups, term),
  }
  const y = executor.run(program, term ? [x.array, fold.start, term.own] : [x.array, fold.start], dtype)
  return groups === 1 ? y : foldRows(executor, name, fold, rowMajorOperand(y, [rows, groups]), 1)
}

/** Thread (row, group) takes the elements group, group + groups, … of its row, so that neighbours read neighbours. */
function foldText(fold: Fold, x: Operand, kept: number, groups: number, term?: Term): string {
  const leading = { ...x, shape: x.shape.slice(0, kept), strides: x.strides.slice(0, kept) }
  const trailing = { shape: x.shape.slice(kept), strides: x.strides.slice(kept), offset: 0 }
  const row = indexOperands('row', leading.shape, [leading], 'a')
  const element = indexOperands('j', trailing.shape, [trailing], 'b')

  const length = sizeOf(trailing.shape)
  const values = Math.ceil(length / groups)
  const blocks = Math.ceil(values / inBlock)
  const value = `x[start + ${element.at[0]}]`
  return `function (x, none${term ? ', own' : ''}) {
    const i = this.thread.x;
    ${groups === 1 ? 'const row = i; const group = 0;' : divide('i', groups, 'row', 'group').join('\n')}
    ${row.lines}
    const start = ${row.at[0]};
    let total = none;
    for (let block = 0; block < ${blocks}; block++) {
      let part = none;
      for (let k = 0; k < ${Math.min(values, inBlock)}; k++) {
        const j = (block * ${inBlock} + k) * ${groups} + group;
        if (j < ${length}) {
          ${element.lines}
          const v = ${term ? term.of(value, 'own[row]') : value};
          part = ${fold.take('part', 'v')};
        }
      }
      total = ${fold.take('total', 'part')};
    }
    return total;
  }`
}
