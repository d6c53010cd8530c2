import { Variable } from '@unroll/autograd'
import { fail, formatShape, type Shape, sameShape } from '@unroll/tensor'
import { kindOf } from '../modules/input.js'

/** The hidden state h, and whatever else a cell carries from step to step: each `[B, H]`. */
export type State = { readonly h: Variable }

/** Checks that a state has every part that is wanted, each a variable of the shape wanted. */
export function checkState(op: string, state: State, names: readonly string[], wanted: Shape): void {
  const parts: Readonly<Record<string, unknown>> = state ?? {}
  for (const name of names) {
    const part = parts[name]
    if (!(part instanceof Variable) || !sameShape(part.shape, wanted))
      fail(
        op,
        `wants state { ${names.join(', ')} } of variables ${formatShape(wanted)}, got ${name}: ${part instanceof Variable ? formatShape(part.shape) : kindOf(part)}`,
      )
  }
}
