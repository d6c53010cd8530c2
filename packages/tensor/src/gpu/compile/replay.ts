import type { Program } from '../program.js'
import { argumentsOf, type Plan, programOf } from './plan.js'
import type { Value } from './value.js'

/** How the programs of a plan are run: what stands for an array, and what is done with it. */
export interface Machine<Handle> {
  /** The result of a program; `value` is what it computes. */
  run(program: Program, args: readonly (Handle | number)[], value: Value): Handle
  /** An array that a program gave is of no more use. */
  done?(handle: Handle): void
}

/** What some steps in a row begin with: the host's tensors, then for each step its inputs and what the host made for it. */
export interface Beginning<Handle> {
  readonly hosts: readonly Handle[]
  readonly steps: readonly { readonly inputs: readonly Handle[]; readonly feeds: readonly Handle[] }[]
}

/** What they end with: tensors changed, after the last; and what each step gives and asserts. */
export interface Ending<Handle> {
  readonly updates: readonly Handle[]
  readonly steps: readonly StepEnding<Handle>[]
}

export interface StepEnding<Handle> {
  readonly results: readonly Handle[]
  readonly assertions: readonly Handle[]
}

/**
 * Runs the programs of a plan, step after step: where a step changes a tensor, the next begins with what it has
 * become. So the tensors stay where they are from step to step.
 */
export function replay<Handle>(
  plan: Plan,
  machine: Machine<Handle>,
  begin: Beginning<Handle>,
): Ending<Handle> {
  const now = new Map(plan.hosts.map(({ storage }, k) => [storage, begin.hosts[k]]))
  const holds = holdsOf(plan)
  const left = new Map<Handle, number>()
  const release = (handle: Handle | undefined) => {
    const others = handle === undefined ? undefined : left.get(handle)
    if (handle === undefined || others === undefined) return // it was there before
    left.set(handle, others - 1)
    if (others === 1) machine.done?.(handle)
  }
  const steps = begin.steps.map(({ inputs, feeds }): StepEnding<Handle> => {
    const at = new Map<Value, Handle>()
    const handleOf = (value: Value) => at.get(value) as Handle
    const place = (value: Value, handle: Handle) => {
      at.set(value, handle)
      const others = left.get(handle)
      if (others !== undefined) left.set(handle, others + (holds.get(value) ?? 0))
    }
    plan.inputs.forEach((value, k) => place(value, inputs[k]))
    plan.feeds.forEach((value, k) => place(value, feeds[k]))
    for (const { storage, value } of plan.hosts) place(value, now.get(storage) as Handle)
    for (const value of plan.computed) {
      const args = argumentsOf(value)
      const handles = args.map((x) => (typeof x === 'number' ? x : handleOf(x)))
      const handle = machine.run(programOf(value), handles, value)
      if (machine.done) left.set(handle, 0)
      place(value, handle)
      for (const x of args) if (typeof x !== 'number') release(handleOf(x))
    }
    const changed = plan.updates.map(({ value }) => handleOf(value))
    for (const [k, { storage }] of plan.updates.entries()) {
      release(now.get(storage))
      now.set(storage, changed[k])
    }
    return {
      results: plan.results.map(({ value }) => handleOf(value)),
      assertions: plan.assertions.map(({ value }) => handleOf(value)),
    }
  })
  return { updates: plan.updates.map(({ storage }) => now.get(storage) as Handle), steps }
}

/** How often a value is held in a step: as an argument, as something that the step gives, and as what a tensor becomes. */
function holdsOf({ computed, results, assertions, updates }: Plan): Map<Value, number> {
  const holds = new Map<Value, number>()
  const hold = (value: Value) => holds.set(value, (holds.get(value) ?? 0) + 1)
  for (const value of computed) for (const x of argumentsOf(value)) if (typeof x !== 'number') hold(x)
  for (const { value } of [...results, ...assertions, ...updates]) hold(value)
  return holds
}
