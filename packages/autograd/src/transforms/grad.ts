import { fail, formatShape } from '@unroll/tensor'
import { seed } from '../backward.js'
import { Variable } from '../methods.js'
import { pullback } from './pullback.js'
import { leavesOf, rebuild, type Tree } from './tree.js'

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
  return (x, ...rest) => valueAndGradient('grad', f, x, rest)[1]
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
  return (x, ...rest) => valueAndGradient('valueAndGrad', f, x, rest)
}

/** @throws UnrollError in the name of `op`, as `grad` does. */
export function valueAndGradient<X extends Tree, Rest extends unknown[]>(
  op: string,
  f: (x: X, ...rest: Rest) => Variable,
  x: X,
  rest: Rest,
): [value: Variable, gradient: X] {
  const { ys, pull } = pullback(op, leavesOf(op, x), (own) => {
    const y = f(rebuild(x, own.values()) as X, ...rest)
    if (!(y instanceof Variable) || y.size !== 1)
      fail(
        op,
        `the function must give a scalar, got ${y instanceof Variable ? formatShape(y.shape) : typeof y}`,
      )
    return [y]
  })
  return [ys[0], rebuild(x, pull([seed(op, ys[0], undefined)]).values()) as X]
}
