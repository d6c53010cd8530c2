import { fail } from '../../errors.js'
import type { Kernels } from '../../kernels/kernels.js'
import { checkExact } from '../exact.js'
import type { Executor } from '../executor.js'
import { kernelsOver } from '../kernels.js'
import { Trace } from './trace.js'
import { Value } from './value.js'

/** Kernels that note what they would compute, in the trace that is under way. */
export interface TraceKernels {
  readonly kernels: Kernels
  /** Begins a trace, and says how to end it. */
  begin(): { readonly trace: Trace; readonly end: () => void }
}

export function traceKernels(name: string): TraceKernels {
  let open: Trace | undefined
  const trace = (op: string, made = ''): Trace =>
    open ??
    fail(
      op,
      `a value of a compiled step${made} is used outside it; what is to be had from a step is what it returns, and gradients that it has left want zeroGrad()`,
    )
  const executor: Executor = {
    name: `${name}, in a step that is compiled`,
    sharesArrays: true,
    array({ storage }) {
      const { elements } = storage
      const made = !open && elements instanceof Value ? ` (${elements.origin})` : ''
      return trace('compile', made).valueOf(storage)
    },
    run(program, args, dtype) {
      checkExact(name, program, args)
      return trace(program.name).compute(program, args, dtype)
    },
    numbers: (length, make) => trace('compile').numbers(length, make),
    store: (target, elements) => trace('assign').store(target, elements),
  }
  const kernels: Kernels = {
    ...kernelsOver(executor),
    get tracer() {
      return open
    },
  }
  return {
    kernels,
    begin() {
      if (open) fail('compile', 'a step that is being compiled calls another compiled step')
      const begun = new Trace(kernels)
      open = begun
      const end = () => {
        open = undefined
        begun.end()
      }
      return { trace: begun, end }
    },
  }
}
