import { type Tensor, tensor } from '@unroll/tensor'
import type { OptionRules, OptionValue } from './option-rules.js'
import type { ParameterGroup } from './parameter-group.js'
import type { StateReader } from './state-reader.js'

/** The options of groups, and which parameters are in which, as the tensors `groups.<index>.<option>`. */
export function groupState(groups: readonly ParameterGroup<object>[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {}
  for (const [i, { parameters: _, ...options }] of groups.entries()) {
    for (const [name, value] of Object.entries<OptionValue>(options))
      tensors[keyOf(i, name)] = optionTensor(value)
    tensors[keyOf(i, 'params')] = tensor(indices(groups, i), { dtype: 'int32' })
  }
  return tensors
}

/**
 * The options of groups from a state dict; none at all from one without any.
 * @throws UnrollError when an option will not do.
 */
export function readGroups<Options extends object>(
  state: StateReader,
  groups: readonly ParameterGroup<Options>[],
  rules: OptionRules<Options>,
): Partial<Options>[] {
  if (!state.has('groups.0.params')) return []
  return groups.map((group, i) => {
    const own = indices(groups, i)
    const params = state.take(keyOf(i, 'params'), [own.length])
    if (params && params.data.join() !== own.join())
      state.problem(`${keyOf(i, 'params')}: got [${params.data.join(', ')}], want [${own.join(', ')}]`)
    const names = Object.keys(rules) as (keyof Options & string)[]
    const options = names.map((name) => {
      const like = group[name] as OptionValue
      const value = state.take(keyOf(i, name), optionTensor(like).shape)
      return [name, value ? rules[name].check(state.op, keyOf(i, name), optionOf(value, like)) : like]
    })
    return Object.fromEntries(options)
  })
}

/** PyTorch's name of an option: weight_decay for weightDecay. */
function keyOf(group: number, option: string): string {
  return `groups.${group}.${option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
}

/** Parameters are counted through all groups. */
function indices(groups: readonly ParameterGroup<object>[], i: number): number[] {
  const first = groups.slice(0, i).reduce((count, { parameters }) => count + parameters.length, 0)
  return groups[i].parameters.map((_, k) => first + k)
}

function optionTensor(value: OptionValue): Tensor {
  return tensor(value, { dtype: typeof value === 'boolean' ? 'bool' : 'float64' })
}

function optionOf(value: Tensor, like: OptionValue): OptionValue {
  if (typeof like === 'boolean') return value.item() !== 0
  return typeof like === 'number' ? value.item() : [...value.data]
}
