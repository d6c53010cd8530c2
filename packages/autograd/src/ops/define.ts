import type { Tensor } from '@unroll/tensor'
import { toVariable, valueOf } from '../operand.js'
import type { Operand, Variable } from '../variable.js'
import { apply, type Constants } from './record.js'
import type { Rule } from './rule.js'

/** An op of one operand, declared once: forward by tensors, and its rule. */
export function defineUnary(op: string, forward: (x: Tensor) => Tensor, dx: Rule): (x: Operand) => Variable {
  return (x) => unary(op, x, forward, dx)
}

/** An op of two operands, declared once: forward by tensors, and a rule for each. */
export function defineBinary(
  op: string,
  forward: (a: Tensor | number, b: Tensor | number) => Tensor,
  da: Rule,
  db: Rule,
): (a: Operand, b: Operand) => Variable {
  return (a, b) => binary(op, a, b, forward, da, db)
}

/** Runs an op of one operand and records it. */
export function unary(
  op: string,
  x: Operand,
  forward: (x: Tensor) => Tensor,
  dx: Rule,
  constants?: Constants,
): Variable {
  const operand = toVariable(op, x)
  return apply(op, ['x'], [operand], forward(operand.value), [dx], constants)
}

/** Runs an op of two operands and records it. Plain numbers take the dtype of the other operand. */
export function binary(
  op: string,
  a: Operand,
  b: Operand,
  forward: (a: Tensor | number, b: Tensor | number) => Tensor,
  da: Rule,
  db: Rule,
  constants?: Constants,
): Variable {
  return apply(op, ['a', 'b'], [a, b], forward(valueOf(op, a), valueOf(op, b)), [da, db], constants)
}
