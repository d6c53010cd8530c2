import type { DType } from '../../dtype.js'
import type { DeviceArray } from '../../kernels/elements.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { layoutKey, type Operand, rowMajorOperand } from '../operand.js'
import { filled } from './filled.js'

/** How many terms one thread adds up in a round: few, so that little is lost, and enough that rounds are few. */
const most = 128

/**
 * y[c] = Σ_r f(x₀[r, c], x₁[r, c], …) for operands of one shape, read as `[rows, columns]`; f depends on nothing but
 * `name`. In rounds, as no thread sees what another one has added up: each leaves one row of sums for every 128 rows.
 */
export function columnSums(
  executor: Executor,
  name: string,
  operands: readonly Operand[],
  columns: number,
  f: (elements: readonly string[]) => string,
  dtype: DType,
): DeviceArray {
  const [{ shape }] = operands
  const rows = sizeOf(shape) / columns
  if (!(rows > 0)) return filled(executor, columns, 0, dtype)
  const groups = Math.ceil(rows / most)
  const terms = Math.ceil(rows / groups)
  const parameters = operands.map((_, k) => `x${k}`)
  const program = {
    name,
    key: `${columns}|${layoutKey(...operands)}`,
    size: groups * columns,
    source: () => {
      const { lines, at } = indexOperands('e', shape, operands, 'a')
      // Thread i takes elements i, i + size, i + 2 size, …, all in one column: neighbours read neighbours.
      return `function (${parameters.join(', ')}) {
        const i = this.thread.x;
        let sum = 0;
        for (let k = 0; k < ${terms}; k++) {
          const e = i + k * ${groups * columns};
          if (e < ${rows * columns}) {
            ${lines}
            sum = sum + ${f(at.map((place, k) => `${parameters[k]}[${place}]`))};
          }
        }
        return sum;
      }`
    },
  }
  const args = operands.map((x) => x.array)
  const sums = executor.run(program, args, dtype)
  if (groups === 1) return sums
  return columnSums(
    executor,
    'columnSums',
    [rowMajorOperand(sums, [groups, columns])],
    columns,
    ([x]) => x,
    dtype,
  )
}
