import { add, concat, mul, type Variable } from '@unroll/autograd'
import { fail } from '@unroll/tensor'

/** How the outputs of two directions, each `[…, H]`, become one: `[…, 2 · H]` for concat, else `[…, H]`. */
export type Merge = 'concat' | 'sum' | 'mean' | 'mul'

const merges: Record<Merge, (forward: Variable, backward: Variable) => Variable> = {
  concat: (a, b) => concat([a, b], -1),
  sum: add,
  mean: (a, b) => mul(add(a, b), 0.5),
  mul,
}

/** The outputs of a layer's directions, one or two, as one. */
export function merge(outputs: readonly Variable[], how: Merge): Variable {
  const [forward, backward] = outputs
  return backward ? merges[how](forward, backward) : forward
}

/** Checks the option, which only two directions have. */
export function checkMerge(op: string, how: Merge | undefined, bidirectional: boolean): Merge {
  if (how === undefined) return 'concat'
  if (!Object.hasOwn(merges, how))
    fail(op, `merge is one of ${Object.keys(merges).join(', ')}, got ${String(how)}`)
  if (!bidirectional) fail(op, 'merge is about two directions, and bidirectional is false')
  return how
}
