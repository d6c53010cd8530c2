import { fail, kindOf, UnrollError } from '../../errors.js'
import { tracer } from '../../kernels/active.js'
import { GivenInput } from './given-input.js'
import { planOf } from './plan.js'
import { type RunnableStep, runSteps } from './run-steps.js'
import type { MakeRunner } from './runner.js'
import type { Trace } from './trace.js'
import type { TraceKernels } from './trace-kernels.js'
import { traceStep } from './traced-step.js'
import type { Turns } from './turns.js'

/** What came of tracing a step once. */
export interface TraceReport {
  /** 1 for the first trace of a step. */
  readonly number: number
  /** The inputs that it is for: `input.x [8, 16] int32`. */
  readonly inputs: readonly string[]
  /** How many programs a step runs, and how many of them differ. */
  readonly runs: number
  readonly programs: number
  /** How many tensors it changes: parameters, and what the optimiser remembers of them. */
  readonly changes: number
}

/** How many traces are kept: inputs that take turns in so many shapes are traced once each. */
const tracesKept = 8

interface Traced extends RunnableStep {
  readonly signature: string
  readonly trace: Trace
}

/** A step that is traced when it first meets inputs of some shapes, and from then on replayed by the device. */
export class CompiledStep {
  /** The one used last is the last. */
  readonly #traced = new Set<Traced>()
  readonly #reports: TraceReport[] = []
  #completed = 0

  /** @param turns those of all steps of a device, as several may change the same tensors */
  constructor(
    readonly step: (input: never) => unknown,
    readonly kernels: TraceKernels,
    readonly makeRunner: MakeRunner,
    readonly turns: Turns,
    readonly stepsPerCall: number,
    readonly onTrace: ((report: TraceReport) => void) | undefined,
  ) {}

  get traces(): readonly TraceReport[] {
    return this.#reports
  }

  /** How the steps are handed to the device, of the trace that was used last. */
  get how(): string | undefined {
    return [...this.#traced].at(-1)?.runner.how
  }

  /** The results of steps with these inputs, one after another. The inputs are taken as they are now. */
  run(inputs: Iterable<unknown>): Promise<unknown[]> {
    tracer()?.refuse(
      'compile',
      'a compiled step is called in a step that is compiled; call the function that it is made of',
    )
    return this.#take(inputs)
  }

  async destroy(): Promise<void> {
    await this.turns.take(async () => {
      for (const traced of this.#traced) await this.#drop(traced)
    })
  }

  async #take(inputs: Iterable<unknown>): Promise<unknown[]> {
    if (typeof inputs?.[Symbol.iterator] !== 'function')
      fail('compile', `all wants a list of inputs, got ${kindOf(inputs)}`)
    const given = [...inputs].map((input) => new GivenInput(input))
    return this.turns.take(() => this.#runAll(given))
  }

  async #runAll(given: readonly GivenInput[]): Promise<unknown[]> {
    const results: unknown[] = []
    while (results.length < given.length) {
      const next = given.slice(results.length, results.length + this.stepsPerCall)
      const isFull = next.length === this.stepsPerCall
      const alike = isFull && next.every(({ signature }) => signature === next[0].signature)
      // What is left over goes one by one, so that there are two ways to run a trace and not one for each number.
      try {
        results.push(...(await this.#submit(alike ? next : next.slice(0, 1))))
      } catch (problem) {
        throw afterSome(results.length, given.length, problem)
      }
    }
    return results
  }

  /** Runs steps of one signature in one go. */
  async #submit(given: readonly GivenInput[]): Promise<unknown[]> {
    const traced = this.#known(given[0]) ?? (await this.#trace(given[0]))
    const results = await runSteps(traced, given, this.#completed)
    this.#completed++
    return results
  }

  #known({ signature }: GivenInput): Traced | undefined {
    const known = [...this.#traced].find((traced) => traced.signature === signature && traced.trace.holds)
    if (known) {
      this.#traced.delete(known)
      this.#traced.add(known)
    }
    return known
  }

  async #trace({ signature, tree, described }: GivenInput): Promise<Traced> {
    const step = traceStep(this.kernels, this.step, tree)
    const plan = planOf(step)
    step.trace.dropOwn()
    const traced = { ...step, signature, plan, runner: this.makeRunner(plan) }
    this.#traced.add(traced)
    if (this.#traced.size > tracesKept) {
      const [oldest] = this.#traced
      await this.#drop(oldest)
    }
    const report = {
      number: this.#reports.length + 1,
      inputs: described,
      runs: plan.computed.length,
      programs: plan.programs,
      changes: plan.updates.length,
    }
    this.#reports.push(report)
    this.onTrace?.(report)
    return traced
  }

  async #drop(traced: Traced): Promise<void> {
    this.#traced.delete(traced)
    await traced.runner.destroy()
  }
}

/** A problem of one of many steps, which says what became of those before it. */
function afterSome(done: number, count: number, problem: unknown): unknown {
  if (done === 0 || !(problem instanceof UnrollError)) return problem
  return new UnrollError(`${problem.message} (the first ${done} of the ${count} steps are done)`, {
    cause: problem,
  })
}
