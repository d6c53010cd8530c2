import { fail } from '../../errors.js'
import { withKernels } from '../../kernels/active.js'
import { copy } from '../../ops/reshape.js'
import { checkSame } from './check-same.js'
import type { Trace } from './trace.js'
import type { TraceKernels } from './trace-kernels.js'
import { inTurn, leavesOf, rebuild } from './tree.js'

/** A step as a trace of it, what it gives, and what it is good for. */
export interface TracedStep {
  readonly trace: Trace
  /** The tensors that the step gives, in a tree; of traced values, or of the host. */
  readonly result: unknown
}

/**
 * Traces a step twice. In the first run it makes what it makes only once, such as the moments of an optimiser; the
 * second is the one to be replayed. A value that has found its way from the one into the other would not in a
 * replay, and is an error: gradients that are not cleared, a state that is kept in a variable. So is a step that does
 * something else the second time.
 */
export function traceStep(
  kernels: TraceKernels,
  step: (input: never) => unknown,
  input: unknown,
): TracedStep {
  const first = runTraced(kernels, step, input)
  const second = runTraced(kernels, step, input)
  checkSame(first, second)
  return second
}

function runTraced(
  { kernels, begin }: TraceKernels,
  step: (input: never) => unknown,
  input: unknown,
): TracedStep {
  const { trace, end } = begin()
  try {
    const tensors = leavesOf('compile', input, 'input').map(({ tensor }, k) => trace.input(k, tensor))
    const given = rebuild(input, inTurn(tensors))
    return { trace, result: withKernels(kernels, () => whole(step(given as never))) }
  } finally {
    end()
  }
}

/** Views among the results as tensors of their own. */
function whole(result: unknown): unknown {
  if (result instanceof Promise) {
    result.catch(() => {}) // it goes on when the trace is over, and must fail there
    fail('compile', 'the step is asynchronous: what it awaits is to be done before, and handed in')
  }
  return rebuild(result, inTurn(leavesOf('compile', result, 'result').map(({ tensor }) => copy(tensor))))
}
