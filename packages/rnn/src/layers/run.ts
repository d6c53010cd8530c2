import { gather, slice, squeeze, type Variable } from '@unroll/autograd'
import { expand, reshape, sub } from '@unroll/tensor'
import type { Cell } from '../cells/cell.js'
import { GatedCell } from '../cells/gated-cell.js'
import type { State } from '../cells/state.js'
import type { Direction } from './direction.js'
import { runFused } from './fused.js'
import { unroll } from './unroll.js'

/** A cell over sequences `[B, T, F]`: what it gives out at every step, `[B, T, H]`, and the state after the last. */
export type Run<S extends State> = (
  cell: Cell<S>,
  x: Variable,
  start: S,
  direction: Direction,
) => [output: Variable, end: S]

/** By the cell's kernel where it has one, and nobody wants to see its steps. */
export function run<S extends State>(
  cell: Cell<S>,
  x: Variable,
  start: S,
  direction: Direction,
): [output: Variable, end: S] {
  const kernel = cell instanceof GatedCell && !direction.onStep ? cell.kernel : undefined
  return kernel
    ? runFused(kernel, cell as GatedCell<S>, x, start, direction)
    : unroll(cell, x, start, direction)
}

/** Of what was given out, `[B, T, H]`, that of the step that was done last: `[B, H]` */
export function lastOf(output: Variable, { reverse, lengths }: Direction): Variable {
  const [B, T, H] = output.shape
  if (reverse || !lengths) return slice(output, null, reverse ? 0 : T - 1)
  const last = expand(reshape(sub(lengths, 1), [B, 1, 1]), [B, 1, H])
  return squeeze(gather(output, 1, last), 1)
}
