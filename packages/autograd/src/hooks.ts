import { copy, fail } from '@unroll/tensor'
import { gradientFor } from './backward.js'
import { add } from './ops/arithmetic.js'
import type { Edge, Meta } from './tape.js'
import { Variable } from './variable.js'

/** Called with the total gradient of a value; what it returns, if anything, takes its place. */
export type GradHook = (grad: Variable) => Variable | undefined | void

/**
 * Who wants to know of the gradient of a value. The variable and its place on the tape share it: the tape can go on
 * when the variable is dropped, and does not hold on to that.
 */
export interface Hooks {
  /** In the order in which they were added; boxed, so that one function may stand there twice. */
  readonly calls: Set<Boxed>
  /** The variable whose `grad` is to be filled, though it is no leaf. Nobody can read it once that is gone. */
  retained?: WeakRef<Variable>
}

interface Boxed {
  readonly hook: GradHook
}

/** New hooks, and their place on the tape. */
export function attachHooks({ entry, output }: Edge): Hooks {
  const hooks: Hooks = { calls: new Set() }
  entry.hooks ??= []
  entry.hooks[output] = hooks
  return hooks
}

/** Adds a hook. The function given back may be kept for long: it holds on to neither, so not to the tape either. */
export function addHook({ calls }: Hooks, hook: GradHook): () => void {
  const box = { hook }
  calls.add(box)
  return remover(new WeakRef(calls), new WeakRef(box))
}

function remover(calls: WeakRef<Set<Boxed>>, box: WeakRef<Boxed>): () => void {
  return () => {
    const boxed = box.deref()
    if (boxed) calls.deref()?.delete(boxed)
  }
}

/** Replaces the gradients that arrived at the outputs of an entry by what its hooks make of them. */
export function callHooks(
  hooks: readonly (Hooks | undefined)[],
  outputs: readonly Meta[],
  dys: (Variable | undefined)[],
  createGraph: boolean,
): void {
  hooks.forEach((one, output) => {
    const dy = dys[output]
    if (!one || !dy) return
    if (one.calls.size) dys[output] = called(one.calls, outputs[output], ownOf(dy, createGraph))
    const retained = one.retained?.deref()
    if (retained) accumulate(retained, dys[output] as Variable, createGraph)
  })
}

/** Adds dx to the `grad` of x. */
export function accumulate(x: Variable, dx: Variable, createGraph: boolean): void {
  x.grad = x.grad ? add(x.grad, dx) : ownOf(dx, createGraph)
}

/** dx as the hooks leave it, one after another. */
function called(calls: Iterable<Boxed>, meta: Meta, dx: Variable): Variable {
  let total = dx
  for (const { hook } of calls) {
    const replaced = hook(total) ?? total
    if (!(replaced instanceof Variable)) fail('onGrad', 'a hook gives a Variable, or nothing')
    total = gradientFor('onGrad', 'what a hook gives', meta, replaced)
  }
  return total
}

/** A gradient may be a view, or be shared by several values; each gets its own, to change as it likes. */
function ownOf(dx: Variable, createGraph: boolean): Variable {
  return createGraph ? dx : new Variable(copy(dx.value))
}
