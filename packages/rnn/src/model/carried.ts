import { variable } from '@unroll/autograd'
import { fail, sameShape, type Tensor } from '@unroll/tensor'
import type { State } from '../cells/state.js'
import { Stateful } from '../layers/stateful.js'
import type { Module } from '../modules/module.js'

/** Remembers what the parts of a model carry from call to call (`Stateful`); the function that it gives puts that back. */
export function rememberCarried(model: Module): () => void {
  const states = statefulIn(model).map((part) => [part, part.state] as const)
  return () => {
    for (const [part, state] of states) part.state = state
  }
}

/** The same, and has them begin with zeros. */
export function freshlyCarried(model: Module): () => void {
  const putBack = rememberCarried(model)
  for (const part of statefulIn(model)) part.reset()
  return putBack
}

/** What they carry: `<index>.<part of the state>`. */
export function carriedOf(model: Module): Record<string, Tensor> {
  const found = statefulIn(model).flatMap(({ state }, i) =>
    Object.entries(state ?? {}).map(([name, part]) => [`${i}.${name}`, part.value.copy()]),
  )
  return Object.fromEntries(found)
}

/** Sets them to what they carried. @throws UnrollError when it does not fit them; nothing is then changed. */
export function setCarried(model: Module, carried: Readonly<Record<string, Tensor>>): void {
  const rest = new Map(Object.entries(carried))
  const states = statefulIn(model).map((part, i) => {
    const h = rest.get(`${i}.h`)
    if (!h) return [part, undefined] as const
    const wanted = Object.entries(part.layer.zeroState(h.shape[1] ?? 0))
    const device = part.parameters()[0]?.device
    const parts = wanted.map(([name, { shape, dtype }]) => {
      const value = rest.get(`${i}.${name}`)
      if (!value || !sameShape(value.shape, shape) || value.dtype !== dtype)
        fail('loadCheckpoint', `the state that ${part.constructor.name} ${i} carries does not fit it`)
      rest.delete(`${i}.${name}`)
      return [name, variable(device ? value.to(device) : value)]
    })
    return [part, Object.fromEntries(parts) as State] as const
  })
  const [stranger] = rest.keys()
  if (stranger !== undefined)
    fail('loadCheckpoint', `the checkpoint has a tensor too many: state.${stranger.slice(0, 50)}`)
  for (const [part, state] of states) part.state = state
}

function statefulIn(model: Module): Stateful<State>[] {
  return [...model.modules()].filter((part): part is Stateful<State> => part instanceof Stateful)
}
