import { fail, full, kindOf, Tensor } from '@unroll/tensor'
import { type Operand, Variable } from './variable.js'

/** A constant, or the variable itself. @throws UnrollError when it is neither a number nor a tensor. */
export function toVariable(op: string, x: Operand): Variable {
  if (x instanceof Variable) return x
  const value = valueOf(op, x)
  return new Variable(typeof value === 'number' ? full([], value) : value)
}

/** The value behind an operand, for the tensor op to use. */
export function valueOf(op: string, x: Operand): Tensor | number {
  if (x instanceof Variable) return x.value
  if (x instanceof Tensor || typeof x === 'number') return x
  fail(op, `wants a Variable, a Tensor or a number, got ${kindOf(x)}`)
}
