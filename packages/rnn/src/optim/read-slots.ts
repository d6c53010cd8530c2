import type { Variable } from '@unroll/autograd'
import { cast, checkElements, copy, type Tensor } from '@unroll/tensor'
import type { SlotNames } from './slots.js'
import type { StateReader } from './state-reader.js'

/** What a state dict remembers of one parameter. */
export interface LoadedSlots {
  readonly values: ReadonlyMap<string, Tensor>
  /** The number of its steps; 0 where that is not kept. */
  readonly step: number
}

/**
 * What is remembered of one parameter, from the entries `<index>.<slot>` of a state dict: nothing when there are none,
 * since it had not taken a step then.
 */
export function readSlots(
  state: StateReader,
  index: number,
  { shape, dtype }: Variable,
  { always, sometimes, squares = [] }: SlotNames,
): LoadedSlots {
  const has = (name: string) => state.has(`${index}.${name}`)
  const optional = sometimes.filter(has)
  const names = optional.length || always.some(has) ? [...always, ...optional] : []
  const values = new Map<string, Tensor>()
  let step = 0
  for (const name of names) {
    const isCount = name === 'step'
    const value = state.take(`${index}.${name}`, isCount ? [] : shape)
    if (!value) continue
    const low = isCount || squares.includes(name) ? 0 : -Infinity
    let isFit = true
    checkElements(value, (data) => {
      isFit &&= data.every((v) => Number.isFinite(v) && v >= low)
    })
    if (!isFit)
      state.problem(`${index}.${name}: got a value that is no ${low === 0 ? 'number ≥ 0' : 'finite number'}`)
    else if (isCount) step = cast(value, 'int32').item()
    else values.set(name, copy(cast(value, dtype)))
  }
  return { values, step }
}
