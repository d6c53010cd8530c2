import type { DType } from '../../dtype.js'
import type { DeviceArray } from '../../kernels/elements.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { layoutKey, type Operand } from '../operand.js'

/** Numbers that the host works out, anew in each replay of a compiled step, and their names. */
export interface Factors {
  readonly names: readonly string[]
  readonly array: DeviceArray
}

/** The numbers of this call: `make` is called when they are wanted, and not before. */
export function factorsOf<const Name extends string>(
  executor: Executor,
  names: readonly Name[],
  make: () => Readonly<Record<Name, number>>,
): Factors {
  const values = () => {
    const made = make()
    return names.map((name) => made[name])
  }
  return { names, array: executor.numbers(names.length, values) }
}

/**
 * y[i] = f(p[i], g[i], …), operands of one shape, the first among them not to be left out: `text` are statements that
 * call the elements, and the factors, by their names. It depends on nothing but `name` and which operands there are.
 */
export function eachElement(
  executor: Executor,
  name: string,
  operands: Readonly<Record<string, Operand | undefined>>,
  text: string,
  dtype: DType,
  factors?: Factors,
): DeviceArray {
  const { names, walked } = presentOf(operands)
  const [{ shape }] = walked
  const program = {
    name,
    key: `${names}|${layoutKey(...walked)}`,
    size: sizeOf(shape),
    source: () => {
      const { lines, at } = indexOperands('i', shape, walked, 'a')
      const parameters = [...names.map((x) => `${x}Data`), ...(factors ? ['factors'] : [])]
      return `function (${parameters.join(', ')}) {
        const i = this.thread.x;
        ${lines}
        ${names.map((x, k) => `const ${x} = ${x}Data[${at[k]}];`).join('\n')}
        ${factors ? factors.names.map((factor, k) => `const ${factor} = factors[${k}];`).join('\n') : ''}
        ${text}
      }`
    },
  }
  const args = [...walked.map((x) => x.array), ...(factors ? [factors.array] : [])]
  return executor.run(program, args, dtype)
}

/** The operands that are there, and their names. */
export function presentOf(operands: Readonly<Record<string, Operand | undefined>>): {
  readonly names: string[]
  readonly walked: Operand[]
} {
  const present = Object.entries(operands).filter(
    (entry): entry is [string, Operand] => entry[1] !== undefined,
  )
  return { names: present.map(([name]) => name), walked: present.map(([, x]) => x) }
}
