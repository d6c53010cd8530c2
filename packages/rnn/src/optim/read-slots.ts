import type { Variable } from '@unroll/autograd'
import { cast, copy, type Tensor } from '@unroll/tensor'
import type { SlotNames } from './slots.js'
import type { StateReader } from './state-reader.js'

/**
 * What is remembered of one parameter, from the entries `<index>.<slot>` of a state dict: nothing when there are none,
 * since it had not taken a step then.
 */
export function readSlots(
  state: StateReader,
  index: number,
  { shape, dtype }: Variable,
  { always, sometimes, squares = [] }: SlotNames,
): Map<string, Tensor> {
  const has = (name: string) => state.has(`${index}.${name}`)
  const optional = sometimes.filter(has)
  const names = optional.length || always.some(has) ? [...always, ...optional] : []
  const slots = new Map<string, Tensor>()
  for (const name of names) {
    const isCount = name === 'step'
    const value = state.take(`${index}.${name}`, isCount ? [] : shape)
    if (!value) continue
    const low = isCount || squares.includes(name) ? 0 : -Infinity
    if (value.data.every((v) => Number.isFinite(v) && v >= low))
      slots.set(name, copy(cast(value, isCount ? 'int32' : dtype)))
    else
      state.problem(`${index}.${name}: got a value that is no ${low === 0 ? 'number ≥ 0' : 'finite number'}`)
  }
  return slots
}
