import { reshape, stack, unbind, type Variable } from '@unroll/autograd'
import type { State } from '../cells/state.js'

/** Each part of a state changed in the same way. */
export function mapState<S extends State>(state: S, f: (part: Variable, name: keyof S) => Variable): S {
  return Object.fromEntries(
    Object.entries(state).map(([name, part]) => [name, f(part, name as keyof S)]),
  ) as S
}

/** The states of several cells, each `[B, H]`, as one whose parts are `[count, B, H]`. */
export function joinStates<S extends State>(states: readonly S[]): S {
  return mapState(states[0], (part, name) =>
    states.length === 1 // A view, then, and not a copy.
      ? reshape(part, [1, ...part.shape])
      : stack(states.map((s) => s[name] as Variable)),
  )
}

/** The opposite of `joinStates`. */
export function splitState<S extends State>(state: S, count: number): S[] {
  if (count === 1) return [mapState(state, (part) => reshape(part, part.shape.slice(1)))]
  const lists = Object.entries(state).map(([name, part]) => [name, unbind(part)] as const)
  return Array.from(
    { length: count },
    (_, i) => Object.fromEntries(lists.map(([name, list]) => [name, list[i]])) as S,
  )
}
