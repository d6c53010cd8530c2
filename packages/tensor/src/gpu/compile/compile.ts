import { fail, kindOf } from '../../errors.js'
import { checkNames, type OptionNames } from '../../option-names.js'
import type { Tensor } from '../../tensor.js'
import { CompiledStep, type TraceReport } from './compiled-step.js'
import type { MakeRunner } from './runner.js'
import { traceKernels } from './trace-kernels.js'
import { Turns } from './turns.js'

export interface CompileOptions {
  /** How many steps go to the device at a time, the parameters staying there from one to the next. Default: 1. */
  stepsPerCall?: number
  /** Told of every trace: the first, and those that inputs of other shapes ask for. */
  onTrace?: (report: TraceReport) => void
}

const optionNames: OptionNames<CompileOptions> = { stepsPerCall: true, onTrace: true }

/** A step that runs on the device as a whole. */
export interface Compiled<Input, Result> {
  /**
   * Runs a step with an input: tensors of the host's, in arrays and plain objects. It gives what the step gives, as tensors
   * of the host's; and what the step changed in place (parameters, what an optimiser remembers) is changed when
   * it is done: until then, leave it alone. Calls wait for one another, those of other steps of the device too.
   * @throws UnrollError when something cannot be traced, naming the op and the line; when an input has an index out of
   * range; when an assertion fails (a gradient that is not finite) or the device is lost. Nothing is changed then.
   */
  (input: Input): Promise<HostTree<Result>>
  /** Runs a step for each input, `stepsPerCall` of them at a time. Where one fails, those that went to the device before it are done. */
  all(inputs: Iterable<Input>): Promise<HostTree<Result>[]>
  /** What was traced, in order: more than one means that inputs came in several shapes. */
  readonly traces: readonly TraceReport[]
  /** How steps are handed to the device; undefined before the first. */
  readonly how: string | undefined
  /** Lets go of what is held on the device. The next call begins anew. */
  destroy(): Promise<void>
}

/** What a step gives, its variables and tensors as tensors of the host's. */
export type HostTree<T> = T extends Tensor | VariableLike
  ? Tensor
  : T extends readonly unknown[] | object
    ? { [Key in keyof T]: HostTree<T[Key]> }
    : T

/** What tells autograd's Variable from a plain object with a field `value`. */
interface VariableLike {
  readonly value: Tensor
  readonly requiresGrad: boolean
}

/** See `GpuKernels.compile`. */
export type Compile = <Input, Result>(
  step: (input: Input) => Result,
  options?: CompileOptions,
) => Compiled<Input, Result>

export function compileFor(name: string, makeRunner: MakeRunner): Compile {
  const kernels = traceKernels(name)
  const turns = new Turns()
  return <Input, Result>(step: (input: Input) => Result, options: CompileOptions = {}) => {
    checkNames('compile', options, optionNames)
    const { stepsPerCall = 1, onTrace } = options
    if (typeof step !== 'function') fail('compile', `wants a function, the step, got ${kindOf(step)}`)
    if (!Number.isInteger(stepsPerCall) || stepsPerCall < 1)
      fail('compile', `stepsPerCall is an integer ≥ 1, got ${stepsPerCall}`)
    const compiled = new CompiledStep(
      step as (input: never) => unknown,
      kernels,
      makeRunner,
      turns,
      stepsPerCall,
      onTrace,
    )
    const one = (input: Input) => compiled.run([input]).then(([result]) => result)
    return Object.defineProperties(one, {
      all: { value: (inputs: Iterable<Input>) => compiled.run(inputs) },
      traces: { get: () => compiled.traces },
      how: { get: () => compiled.how },
      destroy: { value: () => compiled.destroy() },
    }) as Compiled<Input, Result>
  }
}
