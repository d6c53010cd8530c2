import { add, div, maximum, minimum, mul, type Operand, pow, sub, type Variable } from '@unroll/autograd'
import { broadcastableShapes, type TensorsOptions, tensors } from '@unroll/autograd/testing'
import fc from 'fast-check'
import { type Cases, casesOf, small } from './common.js'

const clearOfZero = { awayFrom: [0], clearance: 0.25 }
const positive = { min: 0.25, max: 3 }

// The left near whole numbers and the right near halves: they are never equal.
const wholes = { min: -3, max: 3, awayFrom: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5], clearance: 0.3 }
const halves = { min: -3, max: 3, awayFrom: [-3, -2, -1, 0, 1, 2, 3], clearance: 0.3 }

export const arithmetic = {
  add: fc.oneof(
    operands(add),
    casesOf((x) => add(x, x)),
  ),
  sub: fc.oneof(
    operands(sub),
    casesOf((x) => sub(x, x)),
  ),
  mul: fc.oneof(
    operands(mul),
    casesOf((x) => mul(x, x)),
  ),
  div: fc.oneof(
    operands(div, {}, clearOfZero),
    casesOf((x) => div(x, x), clearOfZero),
  ),
  pow: fc.oneof(
    operands(pow, positive, { min: -3, max: 3 }),
    casesOf((x) => pow(x, x), positive),
    casesOf((x) => pow(x, 2)),
    casesOf((x) => pow(x, 3)),
    casesOf((x) => pow(x, -2), clearOfZero),
  ),
  maximum: fc.oneof(
    operands(maximum, wholes, halves),
    casesOf((x) => maximum(x, x)),
  ),
  minimum: fc.oneof(
    operands(minimum, wholes, halves),
    casesOf((x) => minimum(x, x)),
  ),
} satisfies Record<string, Cases>

/** Two variables that broadcast, or a variable and a constant: a tensor or a number, on either side. */
function operands(
  f: (a: Operand, b: Operand) => Variable,
  left: TensorsOptions = {},
  right: TensorsOptions = {},
): Cases {
  const pair = broadcastableShapes(2, small).chain(([m, n]) =>
    fc.tuple(tensors({ ...small, ...left, shape: m }), tensors({ ...small, ...right, shape: n })),
  )
  const withNumber = pair.filter(([a, b]) => a.size > 0 && b.size > 0)
  return fc.oneof(
    { weight: 4, arbitrary: pair.map(([a, b]) => ({ f, inputs: [a, b] })) },
    pair.map(([a, b]) => ({ f: (x: Variable) => f(x, b), inputs: [a], b })),
    pair.map(([a, b]) => ({ f: (x: Variable) => f(a, x), inputs: [b], a })),
    withNumber.map(([a, b]) => ({ f: (x: Variable) => f(x, b.data[0]), inputs: [a], b: b.data[0] })),
    withNumber.map(([a, b]) => ({ f: (x: Variable) => f(a.data[0], x), inputs: [b], a: a.data[0] })),
  )
}
