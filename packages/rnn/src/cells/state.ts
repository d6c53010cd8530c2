import { Variable } from '@unroll/autograd'
import { fail, formatShape, isFloat, kindOf, type Shape, sameShape } from '@unroll/tensor'

/** The hidden state h, and whatever else a cell carries from step to step. */
export type State = { readonly h: Variable }

/** The size of each part of a state. */
export type StateSizes<S extends State = State> = { readonly [Part in keyof S]: number }

/** Checks that a state has every part that is wanted, each a variable of floats, of the shape that goes with its size. */
export function checkState(
  op: string,
  state: State,
  sizes: StateSizes,
  shapeOf: (size: number) => Shape,
): void {
  const parts: Readonly<Record<string, unknown>> = state ?? {}
  for (const [name, size] of Object.entries(sizes)) {
    const part = parts[name]
    if (part instanceof Variable && isFloat(part.dtype) && sameShape(part.shape, shapeOf(size))) continue
    const wanted = Object.entries(sizes).map(([name, size]) => `${name}: ${formatShape(shapeOf(size))}`)
    fail(
      op,
      `wants state { ${wanted.join(', ')} } of float variables, got ${name}: ${part instanceof Variable ? describe(part) : kindOf(part)}`,
    )
  }
}

function describe({ shape, dtype }: Variable): string {
  return isFloat(dtype) ? formatShape(shape) : `${formatShape(shape)} ${dtype}`
}

/** Each part of a state changed in the same way. */
export function mapState<S extends State>(state: S, f: (part: Variable, name: keyof S) => Variable): S {
  return Object.fromEntries(
    Object.entries(state).map(([name, part]) => [name, f(part, name as keyof S)]),
  ) as S
}
