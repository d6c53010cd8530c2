import { concat, squeeze, transpose, unsqueeze, type Variable } from '@unroll/autograd'
import { fail, formatShape, type Random, type Tensor } from '@unroll/tensor'
import type { Cell, CellOptions } from '../cells/cell.js'
import { checkState, type State } from '../cells/state.js'
import { dropout } from '../modules/dropout.js'
import { asVariable, kindOf } from '../modules/input.js'
import { Module } from '../modules/module.js'
import { checkOptions, checkProbability, checkSize } from '../modules/options.js'
import type { Direction } from './direction.js'
import { runFused } from './fused.js'
import { checkLengths, type Lengths } from './lengths.js'
import { inSegments } from './segments.js'
import { joinStates, mapState, splitState } from './states.js'
import { unroll } from './unroll.js'

export interface RecurrentOptions extends CellOptions {
  /** Layers stacked: each reads the outputs of the one below. Default: 1. */
  numLayers?: number
  /** In each layer, a second cell that goes over the sequence from its end (Schuster & Paliwal 1997). Default: false. */
  bidirectional?: boolean
  /** Dropout on the outputs of each layer but the last, in training. Default: 0. */
  dropout?: number
  /** Input and output are `[B, T, …]` (the default), or PyTorch's default layout `[T, B, …]`. */
  batchFirst?: boolean
}

export interface ForwardOptions {
  /**
   * How long each sequence is, from 1 to T: B numbers, or an int32 tensor `[B]`. Beyond its end a
   * sequence is padding, which is not looked at: the output is 0 there, the state that comes out is the one after the
   * sequence's own last step, and gradients are exactly 0. Default: all are T.
   */
  lengths?: Lengths
  /**
   * Checkpoint through time, in segments of so many steps: on the tape stay the states between the segments, and
   * what is inside is computed anew on the way back. √T or so takes the least memory. Default: none.
   */
  checkpointEvery?: number
}

/**
 * A cell run over a sequence, in one layer or several, in one direction or both: the network unrolled through time.
 *
 *     const [output, { h }] = layer.forward(x, state)
 *
 * With D = 2 directions where `bidirectional`, else 1:
 *
 * - x: `[B, T, inputSize]` (`[T, B, inputSize]` with `batchFirst: false`; `[T, inputSize]` for one
 *   sequence without a batch)
 * - state, in and out: each part `[numLayers · D, B, H]` (`[numLayers · D, H]` without a batch), layer by layer and
 *   in each forward before backward; zeros when left out
 * - output: the last layer's h at every step, `[B, T, D · H]` (laid out as x is), forward before backward
 */
export abstract class Recurrent<S extends State> extends Module {
  readonly numLayers: number
  readonly bidirectional: boolean
  readonly dropout: number
  readonly batchFirst: boolean
  /** From the input up, one for each layer, or two: forward and backward. */
  readonly cells: readonly Cell<S>[]
  readonly rng: Random

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    options: RecurrentOptions,
    makeCell: (inputSize: number) => Cell<S>,
  ) {
    super()
    const op = this.constructor.name
    this.rng = checkOptions(op, options).rng
    checkSize(op, 'inputSize', inputSize)
    checkSize(op, 'hiddenSize', hiddenSize)
    this.numLayers = checkSize(op, 'numLayers', options.numLayers ?? 1)
    this.bidirectional = options.bidirectional ?? false
    if (typeof this.bidirectional !== 'boolean')
      fail(op, `bidirectional is true or false, got ${kindOf(this.bidirectional)}`)
    this.dropout = checkProbability(op, options.dropout ?? 0)
    if (this.dropout > 0 && this.numLayers === 1)
      fail(op, 'dropout acts between layers, and there is only one; use numLayers ≥ 2, or a Dropout module')
    this.batchFirst = options.batchFirst ?? true
    const directions = this.bidirectional ? 2 : 1
    this.cells = Array.from({ length: this.numLayers * directions }, (_, k) =>
      makeCell(k < directions ? inputSize : directions * hiddenSize),
    )
  }

  /** PyTorch's keys: the cell's with the layer's number behind, `weight_ih_l0`, `weight_ih_l0_reverse`. */
  override *namedParameters(): IterableIterator<[string, Variable]> {
    const directions = this.bidirectional ? ['', '_reverse'] : ['']
    for (const [k, cell] of this.cells.entries()) {
      const suffix = `_l${Math.floor(k / directions.length)}${directions[k % directions.length]}`
      for (const [key, parameter] of cell.namedParameters()) yield [key + suffix, parameter]
    }
  }

  /** The state that `forward` starts from when it is given none: each part `[numLayers · D, batch, H]`. */
  zeroState(batch: number): S {
    return joinStates(this.cells.map((cell) => cell.zeroState(batch)))
  }

  /**
   * Runs over a sequence: see the class for shapes.
   * @throws UnrollError when sizes differ from those of the layer, a part of the state is missing, the
   * sequence is empty, a length is not from 1 to T, or an option is not what it should be.
   */
  forward(x: Variable | Tensor, state?: S, options: ForwardOptions = {}): [output: Variable, state: S] {
    const op = this.constructor.name
    const input = asVariable(op, x)
    const batched = this.#checkInput(input)
    let output = batched ? (this.batchFirst ? input : transpose(input, 0, 1)) : unsqueeze(input, 0)
    const [B, T] = output.shape
    const ends: S[] = []
    const lengths = options.lengths && checkLengths(op, options.lengths, B, T)
    const every = options.checkpointEvery
    const through = every === undefined ? run<S> : inSegments(run<S>, checkSize(op, 'checkpointEvery', every))
    const start = this.#startState(state, B, batched)

    const directions = this.bidirectional ? [false, true] : [false]
    for (let layer = 0; layer < this.numLayers; layer++) {
      const read = layer === 0 || !this.training ? output : dropout(output, this.dropout, this.rng)
      const hidden = directions.map((reverse) => {
        const k = ends.length
        const [h, end] = through(this.cells[k], read, start[k], { reverse, lengths })
        ends.push(end)
        return h
      })
      output = hidden.length === 1 ? hidden[0] : concat(hidden, -1)
    }

    const end = joinStates(ends)
    if (!batched) return [squeeze(output, 0), mapState(end, (part) => squeeze(part, 1))]
    return [this.batchFirst ? output : transpose(output, 0, 1), end]
  }

  /** True when there is a batch axis. */
  #checkInput(x: Variable): boolean {
    const op = this.constructor.name
    const layout = this.batchFirst ? '[B, T' : '[T, B'
    const { inputSize } = this
    if ((x.rank !== 3 && x.rank !== 2) || x.shape.at(-1) !== inputSize)
      fail(
        op,
        `wants input ${layout}, ${inputSize}] or, without a batch, [T, ${inputSize}]; got ${formatShape(x.shape)}`,
      )
    const time = x.rank === 3 && this.batchFirst ? 1 : 0
    if (x.shape[time] === 0) fail(op, `the sequence is empty: input ${formatShape(x.shape)} has 0 time steps`)
    return x.rank === 3
  }

  /** The state to start from, one for each cell. */
  #startState(state: S | undefined, batch: number, batched: boolean): S[] {
    const { cells, hiddenSize } = this
    if (state === undefined) return cells.map((cell) => cell.zeroState(batch))
    const names = cells[0].stateNames
    const wanted = batched ? [cells.length, batch, hiddenSize] : [cells.length, hiddenSize]
    checkState(this.constructor.name, state, names, wanted)
    const parts: Readonly<Record<string, Variable>> = state
    const inOrder = names.map((name) => [name, batched ? parts[name] : unsqueeze(parts[name], 1)])
    return splitState<S>(Object.fromEntries(inOrder), cells.length)
  }
}

/** A cell over sequences: by its kernel where it has one. */
function run<S extends State>(
  cell: Cell<S>,
  x: Variable,
  start: S,
  direction: Direction,
): [output: Variable, end: S] {
  const { kernel } = cell
  return kernel ? runFused(kernel, cell, x, start, direction) : unroll(cell, x, start, direction)
}
