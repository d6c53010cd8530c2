import { fail, formatShape, zerosLike } from '@unroll/tensor'
import { Variable } from '../methods.js'
import { enableGrad, isRecording } from '../mode.js'
import { copy } from '../ops/reshape.js'
import { reachable } from '../tape.js'
import { gradients } from './gradients.js'

/** Variables, or arrays and plain objects of them: the parameters of a function. */
export type Tree = Variable | readonly Tree[] | { readonly [name: string]: Tree }

/**
 * The gradient of a scalar function with respect to its first argument, as a function of the same
 * arguments. It can be applied again: `grad(grad(f))` is the second derivative of a function of a scalar.
 *
 * The first argument is a Variable, or an array or plain object of Variables, nested at will; the
 * gradient has the same form.
 * @throws UnrollError when the function does not give a scalar, or the first argument is of another kind.
 */
export function grad<Rest extends unknown[]>(
  f: (x: Variable, ...rest: Rest) => Variable,
): (x: Variable, ...rest: Rest) => Variable
export function grad<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
): (x: X, ...rest: Rest) => X
export function grad<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
): (x: X, ...rest: Rest) => X {
  const both = valueAndGrad<X, Rest>(f)
  return (x, ...rest) => both(x, ...rest)[1]
}

/** As `grad`, but gives the value of the function too: `[f(x), df/dx]`. */
export function valueAndGrad<Rest extends unknown[]>(
  f: (x: Variable, ...rest: Rest) => Variable,
): (x: Variable, ...rest: Rest) => [value: Variable, gradient: Variable]
export function valueAndGrad<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
): (x: X, ...rest: Rest) => [value: Variable, gradient: X]
export function valueAndGrad<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
): (x: X, ...rest: Rest) => [value: Variable, gradient: X] {
  return (x, ...rest) => {
    const given: Variable[] = []
    collect(x, given)
    const recording = isRecording()
    return enableGrad(() => {
      // Each is differentiated through a copy of its own, so that what it was made of stays out of this
      // walk, while an outer gradient still sees it.
      const own = given.map((v) => {
        if (recording && v.requiresGrad) return copy(v)
        const leaf = new Variable(v.value)
        leaf.requiresGrad = true
        return leaf
      })
      const y = f(rebuild(x, own.values()) as X, ...rest)
      if (!(y instanceof Variable) || y.size !== 1)
        fail(
          'grad',
          `the function must give a scalar, got ${y instanceof Variable ? formatShape(y.shape) : typeof y}`,
        )
      const outer = recording && dependsOnOthers(y, own)
      const dx = y.requiresGrad
        ? gradients(y, own, { createGraph: outer, retainGraph: true, allowUnused: true })
        : own.map((v) => new Variable(zerosLike(v.value)))
      return [outer ? y : y.detach(), rebuild(x, dx.values()) as X]
    })
  }
}

/** True when y was made from leaves other than these: an outer gradient may then be wanted. */
function dependsOnOthers(y: Variable, own: readonly Variable[]): boolean {
  const known = new Set(own)
  return reachable(y.edge ? [y.edge] : []).some(({ leaf }) => leaf && !known.has(leaf))
}

function collect(tree: Tree, into: Variable[]): void {
  if (tree instanceof Variable) into.push(tree)
  else if (Array.isArray(tree) || Object.getPrototypeOf(tree ?? 0) === Object.prototype)
    for (const branch of Object.values(tree)) collect(branch, into)
  else
    fail(
      'grad',
      `wants a Variable, or an array or plain object of them, got ${tree === null ? 'null' : (tree as object).constructor?.name}`,
    )
}

/** A tree of the form of `like`, its leaves the next ones in order. */
function rebuild(like: Tree, leaves: Iterator<Variable>): Tree {
  if (like instanceof Variable) return leaves.next().value
  if (Array.isArray(like)) return like.map((branch) => rebuild(branch, leaves))
  return Object.fromEntries(Object.entries(like).map(([name, branch]) => [name, rebuild(branch, leaves)]))
}
