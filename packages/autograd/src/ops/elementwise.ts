import * as T from '@unroll/tensor'
import type { Operand, Variable } from '../variable.js'
import { add, div, minimum, mul, sub } from './arithmetic.js'
import { defineUnary, unary } from './define.js'
import { rule } from './rule.js'
import { where } from './where.js'

/** y = −x;  dx = −dy */
export const neg = defineUnary(
  'neg',
  T.neg,
  rule([], (dy) => neg(dy)),
)

/** y = |x|;  dx = dy · sign x, 0 at 0 */
export const abs = defineUnary(
  'abs',
  T.abs,
  rule(['x'], (dy, { x }) => mul(dy, sign(x))),
)

/** y = sign x;  dx = 0 */
export const sign = defineUnary(
  'sign',
  T.sign,
  rule([], (dy) => mul(dy, 0)),
)

/** y = x²;  dx = dy · 2x */
export const square = defineUnary(
  'square',
  T.square,
  rule(['x'], (dy, { x }) => mul(dy, mul(2, x))),
)

/** y = 1 / x;  dx = −dy · y² */
export const reciprocal = defineUnary(
  'reciprocal',
  T.reciprocal,
  rule(['y'], (dy, { y }) => neg(mul(dy, square(y)))),
)

/** y = √x;  dx = dy / 2y */
export const sqrt = defineUnary(
  'sqrt',
  T.sqrt,
  rule(['y'], (dy, { y }) => div(dy, mul(2, y))),
)

/** y = x^−½;  dx = −½ dy · y³ */
export const rsqrt = defineUnary(
  'rsqrt',
  T.rsqrt,
  rule(['y'], (dy, { y }) => mul(dy, mul(-0.5, mul(y, square(y))))),
)

/** y = eˣ;  dx = dy · y */
export const exp = defineUnary(
  'exp',
  T.exp,
  rule(['y'], (dy, { y }) => mul(dy, y)),
)

/** y = eˣ − 1;  dx = dy · (y + 1) */
export const expm1 = defineUnary(
  'expm1',
  T.expm1,
  rule(['y'], (dy, { y }) => mul(dy, add(y, 1))),
)

/** y = log x;  dx = dy / x */
export const log = defineUnary(
  'log',
  T.log,
  rule(['x'], (dy, { x }) => div(dy, x)),
)

/** y = log(1 + x);  dx = dy / (1 + x) */
export const log1p = defineUnary(
  'log1p',
  T.log1p,
  rule(['x'], (dy, { x }) => div(dy, add(1, x))),
)

/** y = sin x;  dx = dy · cos x */
export const sin = defineUnary(
  'sin',
  T.sin,
  rule(['x'], (dy, { x }) => mul(dy, cos(x))),
)

/** y = cos x;  dx = −dy · sin x */
export const cos = defineUnary(
  'cos',
  T.cos,
  rule(['x'], (dy, { x }) => neg(mul(dy, sin(x)))),
)

/** y = erf x;  dx = dy · 2/√π · e^−x² */
export const erf = defineUnary(
  'erf',
  T.erf,
  rule(['x'], (dy, { x }) => mul(dy, mul(2 / Math.sqrt(Math.PI), exp(neg(square(x)))))),
)

/** y = tanh x;  dx = dy · (1 − y²) */
export const tanh = defineUnary(
  'tanh',
  T.tanh,
  rule(['y'], (dy, { y }) => mul(dy, sub(1, square(y)))),
)

/** y = σ(x) = 1 / (1 + e^−x);  dx = dy · y (1 − y) */
export const sigmoid = defineUnary(
  'sigmoid',
  T.sigmoid,
  rule(['y'], (dy, { y }) => mul(dy, mul(y, sub(1, y)))),
)

/** y = max(x, 0);  dx = dy where x > 0 */
export const relu = defineUnary(
  'relu',
  T.relu,
  rule(['y'], (dy, { y }) => where(T.greater(y.value, 0), dy, 0)),
)

/** y = log(1 + eˣ);  dx = dy · σ(x) */
export const softplus = defineUnary(
  'softplus',
  T.softplus,
  rule(['x'], (dy, { x }) => mul(dy, sigmoid(x))),
)

/** y = x σ(x);  dx = dy · σ (1 + x (1 − σ)) */
export const silu = defineUnary(
  'silu',
  T.silu,
  rule(['x'], (dy, { x }) => {
    const s = sigmoid(x)
    return mul(dy, mul(s, add(1, mul(x, sub(1, s)))))
  }),
)

/** y = x where x > 0, else slope · x;  dx = dy there, else slope · dy */
export function leakyRelu(x: Operand, slope = 0.01): Variable {
  return unary(
    'leakyRelu',
    x,
    (v) => T.leakyRelu(v, slope),
    rule(['x'], (dy, { x }) => where(T.greater(x.value, 0), dy, mul(slope, dy))),
  )
}

/** y = x where x > 0, else α (eˣ − 1);  dx = dy there, else dy · α eˣ */
export function elu(x: Operand, alpha = 1): Variable {
  return unary(
    'elu',
    x,
    (v) => T.elu(v, alpha),
    // The exponent is held at 0, so that the branch that is not taken cannot overflow.
    rule(['x'], (dy, { x }) => where(T.greater(x.value, 0), dy, mul(dy, mul(alpha, exp(minimum(x, 0)))))),
  )
}

/** y = x Φ(x), Φ the normal distribution function, φ its density;  dx = dy · (Φ + x φ) */
export function gelu(x: Operand, approximate: T.GeluApproximation = 'none'): Variable {
  return unary('gelu', x, (v) => T.gelu(v, approximate), approximate === 'tanh' ? geluTanhRule : geluRule)
}

const geluRule = rule(['x'], (dy, { x }) => {
  const distribution = mul(0.5, add(1, erf(mul(Math.SQRT1_2, x))))
  const density = mul(1 / Math.sqrt(2 * Math.PI), exp(mul(-0.5, square(x))))
  return mul(dy, add(distribution, mul(x, density)))
})

/** y = ½x (1 + t), t = tanh u, u = √(2/π) (x + c x³);  dx = dy · (½ (1 + t) + ½x (1 − t²) √(2/π) (1 + 3c x²)) */
const geluTanhRule = rule(['x'], (dy, { x }) => {
  const [k, c] = [Math.sqrt(2 / Math.PI), 0.044715]
  // Further out t is ±1, and only the powers of x would overflow.
  const z = clamp(x, -10, 10)
  const t = tanh(mul(k, mul(z, add(1, mul(c, square(z))))))
  const du = mul(k, add(1, mul(3 * c, square(z))))
  return mul(dy, add(mul(0.5, add(1, t)), mul(mul(0.5, z), mul(sub(1, square(t)), du))))
})

/** y = x held within [low, high];  dx = dy where it was not held back */
export function clamp(x: Operand, low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY): Variable {
  return unary(
    'clamp',
    x,
    (v) => T.clamp(v, low, high),
    rule(['x'], (dy, { x }) => where(T.mul(T.greaterEqual(x.value, low), T.lessEqual(x.value, high)), dy, 0)),
  )
}
