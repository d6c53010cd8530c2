import type { Variable } from '../methods.js'
import { valueAndGradient } from './grad.js'
import { type OperandsLike, rebuild, type Tree } from './tree.js'
import { pullbackOfTrees, tangentsLike } from './vjp.js'

/**
 * The product of the Hessian of a scalar function at x with a vector v, H v, without the Hessian (Pearlmutter 1994, "Fast
 * exact multiplication by the Hessian"). It has the form and the shapes of x.
 *
 * It is the vector–Jacobian product of the gradient, since H is symmetric where the second derivatives are
 * continuous: it costs a gradient that is recorded, and one walk back over it.
 *
 * @param f a function of x, and of the other arguments if there are any
 * @param x a Variable, or an array or plain object of Variables, nested at will
 * @param v of the form and the shapes of x; may be of tensors (a number stands for a tensor full of it)
 * @throws UnrollError when the function does not give a scalar, x is not of floats or not such a tree, or v has not the
 * form, shapes and dtypes of x.
 */
export function hvp<Rest extends unknown[]>(
  f: (x: Variable, ...rest: Rest) => Variable,
  x: Variable,
  v: OperandsLike<Variable>,
  ...rest: Rest
): Variable
export function hvp<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
  x: X,
  v: OperandsLike<X>,
  ...rest: Rest
): X
export function hvp<X extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Variable,
  x: X,
  v: unknown,
  ...rest: Rest
): X {
  const vs = tangentsLike('hvp', 'v', v, x)
  const gradient = (x: X) => valueAndGradient('hvp', f, x, rest)[1]
  return rebuild(x, pullbackOfTrees('hvp', gradient, [x]).pull(vs).values()) as X
}
