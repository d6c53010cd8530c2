import { stack, unbind, type Variable, where } from '@unroll/autograd'
import type { Cell } from '../cells/cell.js'
import { mapState, type State } from '../cells/state.js'
import type { Direction } from './direction.js'
import { stepsWithin } from './lengths.js'

/**
 * A cell unrolled over sequences `[B, T, F]`, a step after another, each recorded as the ops that it is made of: what it
 * gives out at every step, `[B, T, H]`, and the state after the last. The tape of that, walked back, is backpropagation
 * through time. `runFused` does the same by hand.
 *
 * A sequence that has ended keeps its state, and its output is 0. In reverse, this is how it is before its
 * last step, so that each starts at its own end.
 */
export function unroll<S extends State>(
  cell: Cell<S>,
  x: Variable,
  start: S,
  { reverse, lengths, onStep }: Direction,
): [output: Variable, end: S] {
  const T = x.shape[1]
  const moves = lengths && stepsWithin(lengths, T)
  // What stands beyond the ends, NaN even, must not meet a gradient of 0.
  const px = unbind(cell.project(moves ? where(moves.unsqueeze(2), x, 0) : x), 1)
  const outputs: Variable[] = []
  let state = start
  for (let step = 0; step < T; step++) {
    const t = reverse ? T - 1 - step : step
    const former = state
    state = cell.advance(px[t], former)
    if (moves) {
      const moving = moves.slice(null, [t, t + 1]) // [B, 1]
      state = mapState(state, (part, name) => where(moving, part, former[name] as Variable))
      outputs[t] = where(moving, cell.output(state, px[t]), 0)
    } else outputs[t] = cell.output(state, px[t])
    onStep?.(t, state)
  }
  return [stack(outputs, 1), state]
}
