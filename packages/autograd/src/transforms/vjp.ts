import { fail, kindOf } from '@unroll/tensor'
import { gradientFor } from '../backward.js'
import type { Variable } from '../variable.js'
import { pullback } from './pullback.js'
import { leavesOf, type OperandsLike, pairWith, rebuild, type Tree } from './tree.js'

/**
 * The value of a function at `primals`, and its vector–Jacobian product there: `[y, pull]`, where `pull(dy)` gives
 * dyᵀ · ∂y/∂primal for each of the primals, as an array of the form of `primals`.
 *
 *     const [y, pull] = vjp((x, w) => x.matmul(w), [x, w])
 *     const [dx, dw] = pull(dy)
 *
 * The function takes the primals as its arguments. Each of them, and what it gives, is a Variable, or an array or plain
 * object of Variables, nested at will; dy has the form and the shapes of y, and may be of tensors (a
 * number stands for a tensor full of it). `pull` may be called as often as one likes: the function has run once, and each call walks
 * its tape back once. Both can be differentiated, y and what `pull` gives, which is linear in dy.
 * @throws UnrollError when a primal or a result is not of floats or not such a tree, or dy has not the form,
 * shapes and dtypes of y.
 */
export function vjp<Primals extends readonly Tree[], Y extends Tree>(
  f: (...primals: Primals) => Y,
  primals: readonly [...Primals],
): [y: Y, pull: (dy: OperandsLike<Y>) => Primals]
export function vjp(f: (...primals: Tree[]) => Tree, primals: readonly Tree[]) {
  const { form, ys, pull } = pullbackOfTrees('vjp', f, primals)
  const y = rebuild(form, ys.values()) as Tree
  return [y, (dy: unknown) => rebuild(primals, pull(tangentsLike('vjp', 'dy', dy, y)).values())]
}

/** The pullback of a function of trees that gives a tree; and that tree, for its form. */
export function pullbackOfTrees<Primals extends readonly Tree[], Y extends Tree>(
  op: string,
  f: (...primals: Primals) => Y,
  primals: readonly [...Primals],
) {
  if (!Array.isArray(primals)) fail(op, `wants its primals in an array, got ${kindOf(primals)}`)
  let form: Tree = []
  const back = pullback(op, leavesOf(op, primals), (own) => {
    form = f(...(rebuild(primals, own.values()) as Primals))
    return leavesOf(op, form)
  })
  return { ...back, form }
}

/** The vectors given in a tree for the variables of another. @throws UnrollError where one does not fit. */
export function tangentsLike(op: string, what: string, given: unknown, like: Tree): Variable[] {
  return pairWith(op, what, given, like).map(([x, dx, path]) => gradientFor(op, path, x, dx))
}
