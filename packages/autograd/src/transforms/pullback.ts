import { fail, formatShape, isFloat, zerosLike } from '@unroll/tensor'
import { Variable } from '../methods.js'
import { enableGrad, isRecording } from '../mode.js'
import { copy } from '../ops/reshape.js'
import { reachable } from '../tape.js'
import { edgesOf, gradientsAt } from './gradients.js'

/** A function at one place: what it gives there, and how gradients pass back. */
export interface Pullback {
  /** Off the tape, unless they depend on variables that an outer gradient may be taken of. */
  readonly ys: readonly Variable[]
  /** The variables that the function was run on, in the place of those given. */
  readonly own: readonly Variable[]
  /**
   * Gradients by the ys (undefined: 0) in, gradients by the variables given out. It may be called again and again. What
   * it gives is recorded where a gradient may be wanted of it.
   */
  readonly pull: (dys: readonly (Variable | undefined)[]) => Variable[]
}

/**
 * Runs `f` on the values of the variables given: what `grad`, `vjp` and the others are made of.
 *
 * @param within of a pullback that `f` pulls: its `own` are no variables that an outer gradient may be taken of
 * @throws UnrollError when a variable is given, or a result, that is not of floats.
 */
export function pullback(
  op: string,
  given: readonly Variable[],
  f: (own: readonly Variable[]) => readonly Variable[],
  within: readonly Variable[] = [],
): Pullback {
  const recording = isRecording()
  // Each is differentiated through a copy of its own, so that what it was made of stays out of this
  // walk, while an outer gradient still sees it.
  const own = given.map((x) => {
    if (!isFloat(x.dtype)) fail(op, `only floats have gradients, got ${formatShape(x.shape)} ${x.dtype}`)
    if (recording && x.requiresGrad) return copy(x)
    const leaf = new Variable(x.value)
    leaf.requiresGrad = true
    return leaf
  })
  const ys = enableGrad(() => f(own))
  for (const { shape, dtype } of ys)
    if (!isFloat(dtype)) fail(op, `the function must give floats, got ${formatShape(shape)} ${dtype}`)
  const outer = recording && dependOnOthers(ys, [...own, ...within])
  return {
    ys: outer ? ys : ys.map((y) => y.detach()),
    own,
    pull: (dys) => {
      const createGraph = isRecording() && (outer || dys.some((dy) => dy?.requiresGrad))
      return gradientsAt(edgesOf(own), ys, dys, { createGraph, retainGraph: true }).map(
        (dx, k) => dx ?? new Variable(zerosLike(own[k].value)),
      )
    },
  }
}

/** True when any y was made from leaves other than these: an outer gradient may then be wanted. */
function dependOnOthers(ys: readonly Variable[], own: readonly Variable[]): boolean {
  const known = new Set(own)
  return reachable(ys.flatMap(({ edge }) => edge ?? [])).some(({ leaf }) => leaf && !known.has(leaf))
}
