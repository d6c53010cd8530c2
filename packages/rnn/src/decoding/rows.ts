import { indexSelect, Variable } from '@unroll/autograd'
import { fail, formatShape, kindOf, indexSelect as selectOf, Tensor } from '@unroll/tensor'
import type { Rows } from './step.js'

/** The rows that an index (int32) names, of every part of a tree. */
export function selectRows<S extends Rows>(rows: S, index: Tensor): S {
  return mapLeaves(rows, (leaf) =>
    leaf instanceof Variable ? indexSelect(leaf, 0, index) : selectOf(leaf, 0, index),
  )
}

/**
 * Checks that every part of a tree has N rows.
 * @throws UnrollError that names the first part that is none, or has another number.
 */
export function checkRows(op: string, name: string, rows: Rows, N: number): void {
  if (rows instanceof Variable || rows instanceof Tensor) {
    if (rows.shape[0] !== N)
      fail(
        op,
        `wants ${name} with a first axis of ${N}, a row for each sequence; got ${formatShape(rows.shape)}`,
      )
  } else if (Array.isArray(rows)) {
    for (const [i, part] of rows.entries()) checkRows(op, `${name}[${i}]`, part, N)
  } else {
    if (rows === null || typeof rows !== 'object')
      fail(op, `wants ${name} as a Variable, a Tensor, or a list or an object of such, got ${kindOf(rows)}`)
    for (const [key, part] of Object.entries(rows)) checkRows(op, `${name}.${key}`, part, N)
  }
}

function mapLeaves<S extends Rows>(rows: S, f: (leaf: Variable | Tensor) => Rows): S
function mapLeaves(rows: Rows, f: (leaf: Variable | Tensor) => Rows): Rows {
  if (rows instanceof Variable || rows instanceof Tensor) return f(rows)
  if (Array.isArray(rows)) return rows.map((part) => mapLeaves(part, f))
  return Object.fromEntries(Object.entries(rows).map(([name, part]) => [name, mapLeaves(part, f)]))
}
