import { squeeze, unsqueeze, Variable } from '@unroll/autograd'
import { type DType, fail, formatShape, type Random, type Tensor, zeros } from '@unroll/tensor'
import { asVariable } from '../modules/input.js'
import { Module } from '../modules/module.js'
import { checkState, mapState, type State, type StateSizes } from './state.js'

/**
 * One time step of a recurrent network. State goes in and comes out, and is never hidden inside:
 *
 *     let state = cell.zeroState(B)
 *     for (const x of steps) state = cell.step(x, state)
 *
 * A cell of your own says the sizes, and how a state follows from the one before it:
 *
 *     class Leaky extends Cell {
 *       readonly stateSizes = { h: this.inputSize }
 *       constructor(readonly inputSize: number) { super() }
 *       advance(x: Variable, { h }: State) { return { h: add(mul(h, 0.9), mul(x, 0.1)) } }
 *     }
 *
 * A layer, `new Recurrent(size, (size) => new Leaky(size))`, then runs it over sequences, and wrappers change what it does.
 */
export abstract class Cell<S extends State = State> extends Module {
  /** The features of the input. */
  abstract readonly inputSize: number
  /** The parts of the state by name, each `[B, its size]`; h is what is given out. */
  abstract readonly stateSizes: StateSizes<S>

  /** The state after a step, from what `project` made of the input, `[B, …]`, and the state before it. */
  abstract advance(px: Variable, state: S): S

  /**
   * What can be done to the input without the state, for any number of steps: `[…, inputSize]` to `[…, any]`. A layer
   * does so for all steps at once. Default: nothing.
   */
  project(x: Variable): Variable {
    return x
  }

  /** What a step gives out, `[B, outputSize]`, by the state after it. Default: h. */
  output(state: S, _px: Variable): Variable {
    return state.h
  }

  /** The features of what is given out. */
  get outputSize(): number {
    return this.stateSizes.h
  }

  /** The state before the first step: zeros. */
  zeroState(batch: number): S {
    const { dtype } = this
    const parts = Object.entries<number>(this.stateSizes).map(([name, size]) => [
      name,
      new Variable(zeros([batch, size], { dtype })),
    ])
    return Object.fromEntries(parts) as S
  }

  /**
   * The cell that runs over a batch of sequences, from their first step to their last: what is drawn once for a sequence is
   * drawn here. Default: this one, as it is. A layer begins with it; in a loop of your own, do so too, or each step begins anew.
   */
  begin(_batch: number): Cell<S> {
    return this
  }

  /**
   * The same cell, but that h goes through `f` on its way to the recurrent weights (and there only). A cell that does not know
   * where that is takes its whole h from `f`.
   */
  mapRecurrent(f: (h: Variable) => Variable): Cell<S> {
    const advance = (px: Variable, state: S) => this.advance(px, { ...state, h: f(state.h) })
    return Object.assign(Object.create(this), { advance })
  }

  /** What `advance` draws random numbers from. Default: nothing. */
  get drawsFrom(): readonly Random[] {
    return []
  }

  /** Of its zeros. Default: that of its parameters. */
  get dtype(): DType {
    return this.parameters()[0]?.dtype ?? 'float32'
  }

  /**
   * The state after a step, from the input `[B, inputSize]` and the state before it (zeros when left out). Without a batch, from
   * `[inputSize]` and a state whose parts have no batch axis either.
   * @throws UnrollError when sizes differ from those of the cell, or a part of the state is missing.
   */
  step(x: Variable | Tensor, state?: S): S {
    const op = this.constructor.name
    const input = asVariable(op, x)
    const batched = input.rank === 2
    if ((!batched && input.rank !== 1) || input.shape.at(-1) !== this.inputSize)
      fail(
        op,
        `wants input [B, ${this.inputSize}] or, without a batch, [${this.inputSize}]; got ${formatShape(input.shape)}`,
      )
    const batch = batched ? input.shape[0] : 1
    if (state !== undefined)
      checkState(op, state, this.stateSizes, (size) => (batched ? [batch, size] : [size]))
    const cell = this.begin(batch)
    if (batched) return cell.advance(cell.project(input), state ?? cell.zeroState(batch))
    const before = state ? mapState(state, (part) => unsqueeze(part, 0)) : cell.zeroState(1)
    return mapState(cell.advance(cell.project(unsqueeze(input, 0)), before), (part) => squeeze(part, 0))
  }
}
