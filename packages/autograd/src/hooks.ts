import { copy, fail, kindOf } from '@unroll/tensor'
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
  /** In the order in which they were added; one function may stand there twice. */
  calls: readonly Call[]
  /** Where the `grad` of the variable stands, to be filled though it is no leaf: see `retainGrad`. */
  retained?: { grad: Variable | undefined }
}

interface Call {
  readonly hook: GradHook
  /** All that the function which takes it off holds on to, and so neither the hook nor the tape. */
  readonly at: { on: boolean }
}

/** New hooks, and their place on the tape. */
export function attachHooks({ entry, output }: Edge): Hooks {
  const hooks: Hooks = { calls: [] }
  entry.hooks ??= []
  entry.hooks[output] = hooks
  return hooks
}

/** Adds a hook. The function given back may be kept for long. */
export function addHook(hooks: Hooks, hook: GradHook): () => void {
  if (typeof hook !== 'function') fail('onGrad', `wants a function of the gradient, got ${kindOf(hook)}`)
  const at = { on: true }
  hooks.calls = [...hooks.calls.filter(isOn), { hook, at }]
  return switchOff(at)
}

/** Outside `addHook`, so that the closure holds on to nothing but this. (A WeakRef would hold what it is of until the job ends.) */
function switchOff(at: Call['at']): () => void {
  return () => {
    at.on = false
  }
}

function isOn({ at }: Call): boolean {
  return at.on
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
    one.calls = one.calls.filter(isOn)
    if (one.calls.length) dys[output] = called(one.calls, outputs[output], ownOf(dy, createGraph))
    if (one.retained) accumulate(one.retained, dys[output] as Variable, createGraph)
  })
}

/** Adds dx to the `grad` of x. */
export function accumulate(x: { grad: Variable | undefined }, dx: Variable, createGraph: boolean): void {
  x.grad = x.grad ? add(x.grad, dx) : ownOf(dx, createGraph)
}

/** dx as the hooks leave it, one after another. */
function called(calls: readonly Call[], meta: Meta, dx: Variable): Variable {
  let total = dx
  for (const { hook, at } of calls) {
    if (!at.on) continue // one before took it off
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
