import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import { rowMajorStrides, sizeOf } from '../../shape.js'
import type { Argument, Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { dtypeOfOperand, layoutKey, type Operand, operandOf } from '../operand.js'
import { foldRows, max } from './fold-rows.js'
import { sumOfExp } from './reductions.js'

/**
 * −log softmax(x)[t] = log Σ e^(x − m) − (x[t] − m), with m the largest x so that nothing overflows.
 *
 * First m and Σ e^(x − m) of each row, then the losses and the gradients. A class that was computed on the device has
 * not been looked at: where it is out of range, the loss and the gradients of its row are NaN.
 */
export function crossEntropies(executor: Executor): Pick<Kernels<DeviceArray>, 'crossEntropy'> {
  return {
    crossEntropy(x: Strided, target: Strided, gradient: boolean, scale: number) {
      const logits = operandOf(executor, x)
      const classes = operandOf(executor, target)
      const key = layoutKey(logits, classes)
      const run = (part: string, size: number, source: () => string, args: readonly Argument[]) =>
        executor.run({ name: `crossEntropy ${part}`, key, size, source }, args, dtypeOfOperand(logits))

      const m = foldRows(executor, 'max', max, logits, 1)
      const total = sumOfExp(executor, logits, 1, m)
      const all = [logits.array, classes.array, m, total, Number.NaN]
      return {
        losses: run('losses', sizeOf(target.shape), () => lossText(logits, classes), all),
        gradient: gradient
          ? run('gradients', sizeOf(x.shape), () => gradientText(logits, classes), [...all, scale])
          : undefined,
      }
    },
  }
}

function lossText(x: Operand, classes: Operand): string {
  const { length, step, rows } = rowsOf(x)
  const { lines, at } = indexOperands('i', rows.shape, [rows, classes])
  return `function (x, classes, M, totals, nan) {
    const i = this.thread.x;
    ${lines}
    const own = classes[${at[1]}];
    if (own >= 0 && own < ${length}) {
      return unrollLog(totals[i]) - (x[${at[0]} + own * (${step})] - M[i]);
    }
    return nan;
  }`
}

function gradientText(x: Operand, classes: Operand): string {
  const { shape } = x
  const { length } = rowsOf(x)
  // The row's own class, its number and the place in it, walked as x is.
  const own = { shape, strides: [...classes.strides, 0], offset: classes.offset }
  const row = { shape, strides: [...rowMajorStrides(classes.shape), 0], offset: 0 }
  const column = { shape, strides: [...classes.shape.map(() => 0), 1], offset: 0 }
  const { lines, at } = indexOperands('i', shape, [x, own, row, column])
  return `function (x, classes, M, totals, nan, scale) {
    const i = this.thread.x;
    ${lines}
    const own = classes[${at[1]}];
    const row = ${at[2]};
    if (own >= 0 && own < ${length}) {
      const p = unrollExp(x[${at[0]}] - M[row]) / totals[row];
      return scale * (own === ${at[3]} ? p - 1 : p);
    }
    return nan;
  }`
}

/** The rows of x: where they begin, and how to walk one. */
function rowsOf({ shape, strides, offset }: Operand) {
  const last = shape.length - 1
  const rows = { shape: shape.slice(0, last), strides: strides.slice(0, last), offset }
  return { rows, length: shape[last], step: strides[last] }
}
