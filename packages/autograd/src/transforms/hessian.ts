import type { Variable } from '../methods.js'
import { valueAndGradient } from './grad.js'
import { type JacobianOf, jacobianAt } from './jacobian.js'
import type { Tree } from './tree.js'

/**
 * All second derivatives of a scalar function with respect to its first argument, as a function of the same arguments:
 * for x `[…N]` the Hessian is `[…N, …N]`, H[i, j] = ∂²f/∂xᵢ∂xⱼ.
 *
 * For an array or plain object of Variables, the result has its form with a tree of that form again in the place
 * of each variable: `hessian(f)({ w, b }).w.b` is ∂²f/∂w∂b, of shape `[…w, …b]`.
 *
 * It is the Jacobian of the gradient: a gradient that is recorded, and a walk back over it for every element of x. Where
 * its product with a vector will do, `hvp` is cheaper by that factor.
 * @throws UnrollError when the function does not give a scalar, or the argument is not of floats or not such a tree.
 */
export function hessian<Rest extends unknown[]>(
  f: (x: Variable, ...rest: Rest) => Variable,
): (x: Variable, ...rest: Rest) => Variable
export function hessian<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
): (x: X, ...rest: Rest) => JacobianOf<X, X>
export function hessian<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
): (x: X, ...rest: Rest) => JacobianOf<X, X> {
  return (x, ...rest) => jacobianAt('hessian', (x: X) => valueAndGradient('hessian', f, x, rest)[1], x, [])
}
