import { checkpoint, concat, split, type Variable } from '@unroll/autograd'
import { clamp, sub } from '@unroll/tensor'
import type { Cell } from '../cells/cell.js'
import type { State } from '../cells/state.js'
import type { Direction } from './direction.js'

/** A cell over sequences `[B, T, F]`: its h at every step, `[B, T, H]`, and the state after the last. */
export type Run<S extends State> = (
  cell: Cell<S>,
  x: Variable,
  start: S,
  direction: Direction,
) => [output: Variable, end: S]

/**
 * The same run, checkpointed through time: in segments of `every` steps, of which only the results stay on the tape,
 * the outputs and the state in between; the gates of a segment are computed anew on the way back.
 */
export function inSegments<S extends State>(run: Run<S>, every: number): Run<S> {
  return (cell, x, start, direction) => {
    const parts = split(x, every, 1)
    const outputs: Variable[] = []
    const names = Object.keys(start)
    let state = start
    for (let k = 0; k < parts.length; k++) {
      const at = direction.reverse ? parts.length - 1 - k : k
      const before = state
      const [output, ...end] = checkpoint(() => {
        const within = { ...direction, lengths: lengthsWithin(direction, at * every, parts[at].shape[1]) }
        const [h, after] = run(cell, parts[at], before, within)
        return [h, ...Object.values<Variable>(after)]
      })
      outputs[at] = output
      state = Object.fromEntries(names.map((name, i) => [name, end[i]])) as S
    }
    return [concat(outputs, 1), state]
  }
}

/** How much of each sequence lies in the steps from `start` on. */
function lengthsWithin({ lengths }: Direction, start: number, steps: number): Direction['lengths'] {
  return lengths && clamp(sub(lengths, start), 0, steps)
}
