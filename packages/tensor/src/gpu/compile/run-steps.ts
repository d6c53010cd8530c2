import { fail, UnrollError } from '../../errors.js'
import { Journal, withJournal } from '../../journal.js'
import { Tensor } from '../../tensor.js'
import { fromFloats, toFloats } from '../floats.js'
import type { GivenInput } from './given-input.js'
import type { Plan } from './plan.js'
import type { Beginning, StepEnding } from './replay.js'
import type { Runner } from './runner.js'
import { inTurn, rebuild } from './tree.js'

/** A traced step, with what runs it. */
export interface RunnableStep {
  readonly plan: Plan
  /** The tensors that it gives, in a tree. */
  readonly result: unknown
  readonly runner: Runner
}

/**
 * Runs steps in one go, and changes the tensors that they change: all of it or, when something fails, nothing, neither
 * on the device nor of what the host does in them.
 * @param completed how often that has come off before, for messages
 */
export async function runSteps(
  { plan, result, runner }: RunnableStep,
  given: readonly GivenInput[],
  completed: number,
): Promise<unknown[]> {
  checkOnHost(plan)
  for (const { of, test } of plan.checks) if (typeof of === 'object') test(of.hostData('compile'))
  for (const input of given) input.check(plan)
  const versions = plan.updates.map(({ storage }) => storage.version)
  const journal = new Journal()
  try {
    const begin = withJournal(journal, () => beginningOf(plan, given))
    const ending = await runner.run(begin).catch((problem) => failRun(problem, completed))
    for (const [s, step] of ending.steps.entries()) checkAssertions(plan, step, s, given.length)
    const changed = plan.updates.map(({ value }, k) => fromFloats(ending.updates[k], value.dtype))
    const results = ending.steps.map((step) => treeOf(result, plan, step.results))
    checkUntouched(plan, versions)
    for (const [k, { storage }] of plan.updates.entries()) {
      storage.changes()
      storage.data.set(changed[k])
    }
    return results
  } catch (problem) {
    journal.rollBack()
    throw problem
  }
}

function failRun(problem: unknown, completed: number): never {
  if (!(problem instanceof Error) || !/\blost\b/i.test(problem.message)) throw problem
  // Of our own errors, the message says what to do.
  const advice = problem instanceof UnrollError ? '' : '. Call again to go on from there'
  fail(
    'compile',
    `the device was lost (${problem.message}); tensors are as the last completed call, number ${completed}, left them${advice}`,
  )
}

/** What a runner begins with; the host does its part of the steps. */
function beginningOf(plan: Plan, given: readonly GivenInput[]): Beginning<Float32Array> {
  return {
    steps: given.map(({ data }) => ({ inputs: data, feeds: feedsOf(plan) })),
    hosts: plan.hosts.map(({ storage }) => toFloats('compile', storage.data)),
  }
}

function checkOnHost({ hosts, updates }: Plan): void {
  const away = [...hosts, ...updates].find(({ storage }) => storage.device)?.storage.device
  if (away)
    fail(
      'compile',
      `a tensor of the step is on ${away.name} now: bring it back first, say by await model.toHost()`,
    )
}

/** Does what the host does in a step, in its order, and gives what it made. */
function feedsOf({ hostActions, feeds }: Plan): Float32Array[] {
  const made = new Map<unknown, Float32Array>()
  for (const action of hostActions) {
    if (action.kind === 'effect') action.run()
    else made.set(action.value, Float32Array.from(action.make()))
  }
  return feeds.map((value) => made.get(value) as Float32Array)
}

function checkAssertions(
  { assertions }: Plan,
  step: StepEnding<Float32Array>,
  s: number,
  count: number,
): void {
  for (const [k, { message }] of assertions.entries()) {
    if (step.assertions[k][0] !== 0) continue
    const which =
      count > 1 ? ` (in step ${s + 1} of the ${count} of this call, none of which has changed anything)` : ''
    fail('compile', `${message()}${which}`)
  }
}

/** What somebody else has changed in the meantime would be lost. */
function checkUntouched({ updates }: Plan, versions: readonly number[]): void {
  for (const [k, { storage }] of updates.entries())
    if (storage.version !== versions[k] || storage.device)
      fail(
        'compile',
        'a tensor that the step changes was changed, or moved, while the step ran, and the step has changed nothing; wait for it first',
      )
}

/** What a step gives, as its tree of tensors. */
function treeOf(result: unknown, { results }: Plan, data: readonly Float32Array[]): unknown {
  const tensors = results.map(({ value, shape }, k) => Tensor.from(fromFloats(data[k], value.dtype), shape))
  return rebuild(result, inTurn(tensors))
}
