import { reshape, stack, unbind, type Variable } from '@unroll/autograd'
import { mapState, type State } from '../cells/state.js'

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
