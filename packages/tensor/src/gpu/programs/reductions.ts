import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, ReductionName, Strided } from '../../kernels/kernels.js'
import type { Executor } from '../executor.js'
import { dtypeOfOperand, type Operand, operandOf, rowMajorOperand } from '../operand.js'
import { type Fold, foldRows, max, min, prod, sum } from './fold-rows.js'
import { largest } from './functions.js'
import { mapElements } from './map.js'

export function reductions(executor: Executor): Pick<Kernels<DeviceArray>, ReductionName> {
  const reduction = (name: ReductionName, fold: Fold) => (x: Strided, axes: number) =>
    foldRows(executor, name, fold, operandOf(executor, x), axes)

  return {
    sum: reduction('sum', sum),
    prod: reduction('prod', prod),
    max: reduction('max', max),
    min: reduction('min', min),

    /** log Σ e^x = m + log Σ e^(x − m) with m the largest x so that nothing overflows; m alone where it is not finite. */
    logSumExp(given: Strided, axes: number) {
      const x = operandOf(executor, given)
      const m = foldRows(executor, 'max', max, x, axes)
      const total = sumOfExp(executor, x, axes, m)
      const operands = [m, total].map((y) => rowMajorOperand(y, [y.length]))
      const text = ([m, total]: readonly string[]) =>
        `return Math.abs(${m}) <= ${largest} ? ${m} + unrollLog(${total}) : ${m};`
      return mapElements(executor, 'logSumExp', operands, { key: '', text }, dtypeOfOperand(x))
    },
  }
}

/** Σ e^(x − m) over the last `axes` axes, m one for each row. */
export function sumOfExp(executor: Executor, x: Operand, axes: number, m: DeviceArray): DeviceArray {
  const term = { key: 'exp', of: (v: string, m: string) => `unrollExp(${v} - ${m})`, own: m }
  return foldRows(executor, 'sum', sum, x, axes, term)
}
