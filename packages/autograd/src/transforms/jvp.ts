import { zerosLike } from '@unroll/tensor'
import { Variable } from '../methods.js'
import { pullback } from './pullback.js'
import { type OperandsLike, rebuild, type Tree } from './tree.js'
import { pullbackOfTrees, tangentsLike } from './vjp.js'

/**
 * The value of a function at `primals`, and its derivative in the direction of `tangents`, the Jacobian–vector
 * product: `[y, dy]` with dy = Σ ∂y/∂primal · tangent, which has the form of y.
 *
 *     const [y, dy] = jvp((x, w) => x.matmul(w), [x, w], [vx, vw])
 *
 * The function takes the primals as its arguments. Each of them, and what it gives, is a Variable, or an array or plain
 * object of Variables, nested at will; the tangents have the form and the shapes of the primals, and may be of
 * tensors (a number stands for a tensor full of it).
 *
 * There is no forward mode here. The product is made of two reverse ones (Townsend 2017, "A new trick for calculating
 * Jacobian vector products"): g(u) = uᵀ J is linear in u, and its own vector–Jacobian product with v is vᵀ gᵀ = (J v)ᵀ,
 * whatever u is. So it costs the function, a walk back that is recorded, and a walk back over that record: two to three
 * times a gradient, and its memory grows with the length of the computation.
 * @throws UnrollError when a primal or a result is not of floats or not such a tree, or the tangents have not the
 * form, shapes and dtypes of the primals.
 */
export function jvp<Primals extends readonly Tree[], Y extends Tree>(
  f: (...primals: Primals) => Y,
  primals: readonly [...Primals],
  tangents: OperandsLike<Primals>,
): [y: Y, dy: Y] {
  const vs = tangentsLike('jvp', 'tangents', tangents, primals)
  const { form, ys, own, pull } = pullbackOfTrees('jvp', f, primals)
  const us = ys.map((y) => new Variable(zerosLike(y.value)))
  const dys = pullback('jvp', us, pull, own).pull(vs)
  return [rebuild(form, ys.values()) as Y, rebuild(form, dys.values()) as Y]
}
