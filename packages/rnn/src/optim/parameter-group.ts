import { Variable } from '@unroll/autograd'
import { fail, kindOf, tracer, undoable } from '@unroll/tensor'
import { type OptionRules, resolveOptions } from './option-rules.js'
import { iterated, parameterList } from './parameter-list.js'

/** Parameters that are trained by options of their own; those not given are the optimiser's. */
export type GroupOptions<Options> = { readonly parameters: Iterable<Variable> } & Partial<Options>

/** What an optimiser is to train: parameters, or groups of them. */
export type Trainable<Options> = Iterable<Variable> | Iterable<GroupOptions<Options>>

/** A group of an optimiser. Its options can be set at any time; they are checked then. */
export type ParameterGroup<Options> = { readonly parameters: readonly Variable[] } & Required<Options>

/** Parameters, or groups of them, as groups. */
export function groupList<Options>(op: string, trained: Trainable<Options>): GroupOptions<Options>[] {
  const list: unknown[] = iterated<unknown>(op, trained)
  if (!list.some(isGroup)) return [{ ...({} as Partial<Options>), parameters: list as Variable[] }]
  const stranger = list.findIndex((x) => !isGroup(x))
  if (stranger >= 0)
    fail(op, `wants either parameters or groups { parameters, … }, got both (${kindOf(list[stranger])})`)
  return list as GroupOptions<Options>[]
}

/**
 * A group made of its options.
 * @throws UnrollError when one will not do, or what is to be trained is no parameter.
 */
export function makeGroup<Options extends object>(
  op: string,
  made: GroupOptions<Options>,
  rules: OptionRules<Options>,
  defaults: Partial<Options>,
): ParameterGroup<Options> {
  if (!isGroup(made)) fail(op, `wants a group { parameters, … }, got ${kindOf(made)}`)
  const { parameters, ...options } = made
  const list = parameterList(op, parameters)
  if (!list.every((p) => p.isLeaf)) fail(op, 'wants parameters: variables that no op has made')
  const values = resolveOptions(op, rules, options as unknown as Partial<Options>, defaults)
  const group = { parameters: Object.freeze(list) }
  for (const name of Object.keys(values) as (keyof Options & string)[])
    Object.defineProperty(group, name, {
      enumerable: true,
      get: () => values[name],
      set(value: unknown) {
        const checked = rules[name].check(op, name, value)
        tracer()?.refuse(
          op,
          `${name} is set in a step that is being compiled, and a replay would not do that; set it between the calls, or by a schedule`,
        )
        undoable(group, () => {
          const former = { ...values }
          return () => Object.assign(values, former)
        })
        values[name] = checked
      },
    })
  return Object.seal(group) as ParameterGroup<Options>
}

function isGroup(x: unknown): boolean {
  return typeof x === 'object' && x !== null && !(x instanceof Variable) && 'parameters' in x
}
