import { checkpoint, concat, split, type Variable } from '@unroll/autograd'
import { clamp, sub } from '@unroll/tensor'
import type { State } from '../cells/state.js'
import type { Direction } from './direction.js'
import { type Run, run } from './run.js'

/**
 * A cell over sequences as `run` does it, but checkpointed through time: in segments of `every` steps, of which only the results stay on the tape,
 * the outputs and the state in between; the gates of a segment are computed anew on the way back.
 */
export function inSegments<S extends State>(every: number): Run<S> {
  return (cell, x, start, direction) => {
    const parts = split(x, every, 1)
    const outputs: Variable[] = []
    const names = Object.keys(start) as (keyof S)[]
    let state = start
    for (let k = 0; k < parts.length; k++) {
      const at = direction.reverse ? parts.length - 1 - k : k
      const before = state
      const [output, ...end] = checkpoint(
        () => {
          const within = { ...direction, lengths: lengthsWithin(direction, at * every, parts[at].shape[1]) }
          const [h, after] = run(cell, parts[at], before, within)
          return [h, ...names.map((name) => after[name] as Variable)]
        },
        { rng: cell.drawsFrom },
      )
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
