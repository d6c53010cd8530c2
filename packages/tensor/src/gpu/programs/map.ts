import type { DType } from '../../dtype.js'
import type { DeviceArray } from '../../kernels/elements.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { layoutKey, type Operand } from '../operand.js'

/** A function of elements, as text: statements, and at their end an expression to return. */
export interface ElementText {
  /** For the key: what the text depends on. */
  readonly key: string
  readonly text: (x: readonly string[]) => string
}

/** y[i] = f(x₀[i], x₁[i], …), operands of one shape, one at least; a number is the same for every i. */
export function mapElements(
  executor: Executor,
  name: string,
  operands: readonly (Operand | number)[],
  f: ElementText,
  dtype: DType,
): DeviceArray {
  const arrays = operands.filter((x) => typeof x !== 'number')
  const [{ shape }] = arrays
  const kinds = operands.map((x) => (typeof x === 'number' ? 'n' : 'x')).join('')
  return executor.run(
    {
      name,
      key: `${f.key}|${kinds}|${layoutKey(...arrays)}`,
      size: sizeOf(shape),
      source: () => {
        const { lines, at } = indexOperands('i', shape, arrays, 'a')
        const place = (x: Operand) => at[arrays.indexOf(x)]
        const elements = operands.map((x, k) =>
          typeof x === 'number' ? '' : `const v${k} = x${k}[${place(x)}];`,
        )
        return `function (${operands.map((_, k) => `x${k}`).join(', ')}) {
          const i = this.thread.x;
          ${lines}
          ${elements.join('\n')}
          ${f.text(operands.map((x, k) => (typeof x === 'number' ? `x${k}` : `v${k}`)))}
        }`
      },
    },
    operands.map((x) => (typeof x === 'number' ? x : x.array)),
    dtype,
  )
}
