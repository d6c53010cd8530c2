import { add, concat, slice, type Variable } from '@unroll/autograd'
import { fail } from '@unroll/tensor'
import type { Cell } from '../cell.js'
import type { State } from '../state.js'
import { Wrapper } from './wrapper.js'

/**
 * Gives out what the cell within does, plus the input (He et al. 2016; in stacks of LSTMs, Wu et al. 2016, eq. 6):
 *
 *     y = h′ + x
 *
 * The state stays the cell's own. For this the input comes along with its projection. A layer gives out y; in a loop of
 * your own it is `cell.output(state, cell.project(x))`, by the state after the step.
 */
export class Residual<S extends State> extends Wrapper<S> {
  /** @throws UnrollError when the cell gives out another number of features than it reads. */
  constructor(cell: Cell<S>) {
    super(cell)
    const { inputSize, outputSize } = cell
    if (inputSize !== outputSize)
      fail(
        'Residual',
        `wants a cell that gives out what it reads, got one of ${inputSize} → ${outputSize} features`,
      )
  }

  override project(x: Variable): Variable {
    return concat([x, super.project(x)], -1)
  }

  override advance(px: Variable, state: S): S {
    return super.advance(projectionOf(this, px), state)
  }

  override output(state: S, px: Variable): Variable {
    const x = slice(px, null, [0, this.inputSize])
    return add(super.output(state, projectionOf(this, px)), x)
  }
}

/** What is in px behind the input. */
function projectionOf({ inputSize }: { inputSize: number }, px: Variable): Variable {
  return slice(px, null, [inputSize, null])
}
