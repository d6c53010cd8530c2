import { eye, type Tensor, zeros } from '@unroll/tensor'
import { Variable } from '../methods.js'
import { stack } from '../ops/join.js'
import { reshape } from '../ops/reshape.js'
import { rebuild, type Tree } from './tree.js'
import { pullbackOfTrees } from './vjp.js'

/** For each variable of Y, a tree like X: the derivatives of all of the one by all of the other. */
export type JacobianOf<Y, X> = [Tree] extends [Y]
  ? Tree
  : Y extends Variable
    ? X
    : { readonly [K in keyof Y]: JacobianOf<Y[K], X> }

/**
 * All first derivatives of a function with respect to its first argument, as a function of the same arguments: for
 * y `[…M]` and x `[…N]` the Jacobian is `[…M, …N]`, J[i, j] = ∂yᵢ/∂xⱼ, with the axes of y before those of x.
 *
 * The argument, and what the function gives, are Variables, or arrays or plain objects of Variables, nested at will. The
 * result has the form of y with, in the place of each variable, a tree of the form of x.
 *
 * It is made row by row: the function runs once, and its tape is walked back once for every element of y.
 * It can be differentiated, and applied again.
 * @throws UnrollError when the argument or what the function gives is not of floats, or not such a tree.
 */
export function jacobian<Rest extends unknown[]>(
  f: (x: Variable, ...rest: Rest) => Variable,
): (x: Variable, ...rest: Rest) => Variable
export function jacobian<X extends Tree, Y extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Y,
): (x: X, ...rest: Rest) => JacobianOf<Y, X>
export function jacobian<X extends Tree, Y extends Tree, Rest extends unknown[]>(
  f: (x: X, ...rest: Rest) => Y,
): (x: X, ...rest: Rest) => JacobianOf<Y, X> {
  return (x, ...rest) => jacobianAt('jacobian', f, x, rest)
}

/** @throws UnrollError in the name of `op`, as `jacobian` does. */
export function jacobianAt<X extends Tree, Y extends Tree, Rest extends unknown[]>(
  op: string,
  f: (x: X, ...rest: Rest) => Y,
  x: X,
  rest: Rest,
): JacobianOf<Y, X> {
  const { form, ys, own, pull } = pullbackOfTrees(op, (x: X) => f(x, ...rest), [x])
  const blocks = ys.map(({ value }, k) => {
    const rows = unitsLike(value).map((unit) => pull(ys.map((_, i) => (i === k ? unit : undefined))))
    const byInput = own.map((x, j) =>
      blockOf(
        rows.map((row) => row[j]),
        [...value.shape, ...x.shape],
        x,
      ),
    )
    return rebuild(x, byInput.values())
  })
  return rebuild(form, blocks.values()) as JacobianOf<Y, X>
}

/** The rows of a Jacobian, one for each element of the result, as one. */
function blockOf(rows: readonly Variable[], shape: readonly number[], { dtype }: Variable): Variable {
  return rows.length === 0 ? new Variable(zeros(shape, { dtype })) : reshape(stack(rows), shape)
}

/** Tensors of the shape of y that are 1 in one element, and 0 elsewhere. */
function unitsLike({ shape, size, dtype }: Tensor): Variable[] {
  const units = eye(size, size, { dtype })
  return Array.from({ length: size }, (_, i) => new Variable(units.slice(i).reshape(shape)))
}
