import * as T from '@unroll/tensor'
import { defineBinary } from './define.js'
import { log, neg } from './elementwise.js'
import { rule } from './rule.js'
import { where } from './where.js'

/** y = a + b;  da = dy,  db = dy */
export const add = defineBinary(
  'add',
  T.add,
  rule([], (dy) => dy),
  rule([], (dy) => dy),
)

/** y = a − b;  da = dy,  db = −dy */
export const sub = defineBinary(
  'sub',
  T.sub,
  rule([], (dy) => dy),
  rule([], (dy) => neg(dy)),
)

/** y = a · b;  da = dy · b,  db = dy · a */
export const mul = defineBinary(
  'mul',
  T.mul,
  rule(['b'], (dy, { b }) => mul(dy, b)),
  rule(['a'], (dy, { a }) => mul(dy, a)),
)

/** y = a / b;  da = dy / b,  db = −dy · y / b */
export const div = defineBinary(
  'div',
  T.div,
  rule(['b'], (dy, { b }) => div(dy, b)),
  rule(['b', 'y'], (dy, { b, y }) => neg(div(mul(dy, y), b))),
)

/**
 * y = aᵇ;  da = dy · b · aᵇ⁻¹,  db = dy · y · log a
 *
 * At a = 0 both would be 0 · ∞ where the limit is 0: for da with b = 0, for db with b ≥ 0.
 */
export const pow = defineBinary(
  'pow',
  T.pow,
  rule(['a', 'b'], (dy, { a, b }) => {
    const zeroToZero = T.mul(T.equal(a.value, 0), T.equal(b.value, 0))
    return mul(dy, mul(b, pow(a, where(zeroToZero, 1, sub(b, 1)))))
  }),
  rule(['a', 'b', 'y'], (dy, { a, b, y }) => {
    const vanishes = T.mul(T.equal(a.value, 0), T.greaterEqual(b.value, 0))
    return mul(dy, mul(y, log(where(vanishes, 1, a))))
  }),
)

/** y = max(a, b);  dy goes to the larger; equals share it */
export const maximum = defineBinary(
  'maximum',
  T.maximum,
  rule(['a', 'b'], (dy, { a, b }) => mul(dy, preference(T.greater, a.value, b.value))),
  rule(['a', 'b'], (dy, { a, b }) => mul(dy, preference(T.greater, b.value, a.value))),
)

/** y = min(a, b);  dy goes to the smaller; equals share it */
export const minimum = defineBinary(
  'minimum',
  T.minimum,
  rule(['a', 'b'], (dy, { a, b }) => mul(dy, preference(T.less, a.value, b.value))),
  rule(['a', 'b'], (dy, { a, b }) => mul(dy, preference(T.less, b.value, a.value))),
)

/** 1 where a wins over b, ½ where they are equal, else 0. */
function preference(wins: (a: T.Tensor, b: T.Tensor) => T.Tensor, a: T.Tensor, b: T.Tensor): T.Tensor {
  return T.where(T.equal(a, b), T.full([], 0.5, { dtype: a.dtype }), T.cast(wins(a, b), a.dtype))
}
