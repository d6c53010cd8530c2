import * as T from '@unroll/tensor'
import { valueOf } from '../operand.js'
import type { Operand, Variable } from '../variable.js'
import { binary } from './define.js'
import { rule } from './rule.js'

/** y = a where the condition holds, else b;  da = dy there, db = dy elsewhere */
export function where(condition: Operand, a: Operand, b: Operand): Variable {
  const c = valueOf('where', condition)
  return binary(
    'where',
    a,
    b,
    (left, right) => T.where(c, left, right),
    rule([], (dy) => where(c, dy, 0)),
    rule([], (dy) => where(c, 0, dy)),
    { condition: c },
  )
}
