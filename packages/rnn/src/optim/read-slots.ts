import type { Variable } from '@unroll/autograd'
import { cast, copy, fail, formatShape, sameShape, Tensor } from '@unroll/tensor'
import { kindOf } from '../modules/input.js'
import { stateEntries } from '../state/load-state.js'

/**
 * What an optimiser remembers of each parameter, from a state dict.
 * @throws UnrollError that lists every slot that is missing, unexpected or of another shape.
 */
export function readSlots(
  op: string,
  state: Readonly<Record<string, Tensor>>,
  parameters: readonly Variable[],
  names: readonly string[],
): Map<string, Tensor>[] {
  const rest = stateEntries(op, state)
  const problems: string[] = []
  const slots = parameters.map(({ shape, dtype }, i) => {
    const own = new Map<string, Tensor>()
    const keys = names.map((name) => `${i}.${name}`)
    if (!keys.some((key) => rest.has(key))) return own // it had not taken a step yet
    names.forEach((name, k) => {
      const value = rest.get(keys[k])
      const wanted = name === 'step' ? [] : shape
      if (!rest.delete(keys[k])) problems.push(`missing ${keys[k]}`)
      else if (!(value instanceof Tensor)) problems.push(`${keys[k]}: got ${kindOf(value)}, want a Tensor`)
      else if (!sameShape(value.shape, wanted))
        problems.push(`${keys[k]}: got ${formatShape(value.shape)}, want ${formatShape(wanted)}`)
      else own.set(name, copy(cast(value, name === 'step' ? 'int32' : dtype)))
    })
    return own
  })
  problems.push(...[...rest.keys()].map((key) => `unexpected ${key}`))
  if (problems.length) fail(op, `the state does not fit: ${problems.join('; ')}`)
  return slots
}
