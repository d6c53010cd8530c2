import { slice, squeeze, transpose, unbind, unsqueeze, Variable } from '@unroll/autograd'
import { checkNames, fail, formatShape, kindOf, type OptionNames, Random, type Tensor } from '@unroll/tensor'
import { Cell } from '../cells/cell.js'
import { checkState, mapState, type State, type StateSizes } from '../cells/state.js'
import { dropout } from '../modules/dropout.js'
import { asVariable } from '../modules/input.js'
import { Module } from '../modules/module.js'
import { checkFlag, checkProbability, checkSize } from '../modules/options.js'
import type { Direction } from './direction.js'
import { checkLengths, type Lengths } from './lengths.js'
import { checkMerge, type Merge, merge } from './merge.js'
import { lastOf, run } from './run.js'
import { inSegments } from './segments.js'
import { joinStates, splitState } from './states.js'

export interface LayerOptions {
  /** Layers stacked: each reads the outputs of the one below. Default: 1. */
  numLayers?: number
  /** In each layer, a second cell that goes over the sequence from its end (Schuster & Paliwal 1997). Default: false. */
  bidirectional?: boolean
  /** How the outputs of two directions become one. Default: concat. */
  merge?: Merge
  /** Go over the sequence from its end; outputs stay where their inputs are. Default: false. */
  reverse?: boolean
  /** Dropout on the outputs of each layer but the last, in training. Default: 0. */
  dropout?: number
  /** What dropout draws from. */
  rng?: Random
  /** Input and output are `[B, T, …]` (the default), or PyTorch's default layout `[T, B, …]`. */
  batchFirst?: boolean
  /** Give out every step (the default), or the last alone: see `Recurrent`. */
  returnSequences?: boolean
}

export const layerOptions: OptionNames<LayerOptions> = {
  numLayers: true,
  bidirectional: true,
  merge: true,
  reverse: true,
  dropout: true,
  rng: true,
  batchFirst: true,
  returnSequences: true,
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

const forwardOptions: OptionNames<ForwardOptions> = { lengths: true, checkpointEvery: true }

/** A step that a cell of a layer has done. */
export interface Step extends Place {
  /** Which of the input's. */
  readonly t: number
  /** After it, each part `[B, its size]`. */
  readonly state: State
}

/** Where in a layer a cell is to stand. */
export interface Place {
  /** From 0, at the input, up. */
  readonly layer: number
  readonly reverse: boolean
}

/**
 * Cells run over sequences, in one layer or several, in one direction or both: the network unrolled through time.
 *
 *     const [output, { h }] = layer.forward(x, state)
 *
 * With D = 2 directions where `bidirectional`, else 1, and H the features that a cell gives out:
 *
 * - x: `[B, T, inputSize]` (`[T, B, inputSize]` with `batchFirst: false`; `[T, inputSize]` for one
 *   sequence without a batch)
 * - state, in and out: each part `[numLayers · D, B, its size]` (`[numLayers · D, its size]` without a batch), layer by
 *   layer and in each forward before backward; zeros when left out
 * - output: what the last layer gives out at every step, `[B, T, D · H]` (laid out as x is), forward before backward (H for
 *   another `merge` than concat). With `returnSequences: false`, `[B, D · H]`: at the step that each direction does last, which is
 *   a sequence's own end, or backward its beginning.
 *
 * `RNN`, `LSTM` and `GRU` are such layers of cells of one kind; any other cells, wrapped ones too, come by themselves:
 *
 *     new Recurrent(8, (size) => new Zoneout(new LSTMCell(size, 32, { rng }), { h: 0.1 }, { rng }), { numLayers: 2 })
 */
export class Recurrent<S extends State = State, C extends Cell<S> = Cell<S>> extends Module {
  readonly numLayers: number
  readonly bidirectional: boolean
  readonly merge: Merge
  readonly reverse: boolean
  readonly dropout: number
  readonly batchFirst: boolean
  readonly returnSequences: boolean
  /** From the input up, one for each layer, or two: forward and backward. */
  readonly cells: readonly C[]
  readonly rng: Random | undefined
  /** Where set, called after each step of each cell, to look at what a fused kernel would not show; slower. */
  onStep: ((step: Step) => void) | undefined

  /** @throws UnrollError when an option is not what it should be, or a cell does not read what comes to its place. */
  constructor(
    readonly inputSize: number,
    makeCell: (inputSize: number, place: Place) => C & Cell<S>,
    options: LayerOptions = {},
  ) {
    super()
    const op = this.constructor.name
    checkNames(op, options, layerOptions)
    checkSize(op, 'inputSize', inputSize)
    if (typeof makeCell !== 'function')
      fail(op, `wants a function that makes its cells, got ${kindOf(makeCell)}`)
    this.numLayers = checkSize(op, 'numLayers', options.numLayers ?? 1)
    this.bidirectional = checkFlag(op, 'bidirectional', options.bidirectional ?? false)
    this.merge = checkMerge(op, options.merge, this.bidirectional)
    this.reverse = checkFlag(op, 'reverse', options.reverse ?? false)
    if (this.reverse && this.bidirectional)
      fail(op, 'reverse and bidirectional exclude each other: two directions have both')
    this.batchFirst = checkFlag(op, 'batchFirst', options.batchFirst ?? true)
    this.returnSequences = checkFlag(op, 'returnSequences', options.returnSequences ?? true)
    this.dropout = checkProbability(op, options.dropout ?? 0)
    this.rng = options.rng
    if (this.dropout > 0 && this.numLayers === 1)
      fail(op, 'dropout acts between layers, and there is only one; use numLayers ≥ 2, or a Dropout module')
    if (this.dropout > 0 && !(this.rng instanceof Random))
      fail(op, 'wants { rng }, the generator that draws what is dropped')

    const cells: C[] = []
    for (let layer = 0; layer < this.numLayers; layer++) {
      const size = layer === 0 ? inputSize : this.#outputSize(cells)
      for (const reverse of this.#directions) {
        const cell = makeCell(size, { layer, reverse })
        checkCell(op, layer, cell, size, cells[0])
        cells.push(cell)
      }
      const [forward, backward] = cells.slice(-this.#directions.length)
      if (backward && this.merge !== 'concat' && backward.outputSize !== forward.outputSize)
        fail(
          op,
          `merge ${this.merge} wants directions of one size, got ${forward.outputSize} and ${backward.outputSize}`,
        )
    }
    this.cells = cells
  }

  /** The features of the output. */
  get outputSize(): number {
    return this.#outputSize(this.cells)
  }

  /** PyTorch's keys: the cell's with the layer's number behind, `weight_ih_l0`, `weight_ih_l0_reverse`. */
  override *namedParameters(): IterableIterator<[string, Variable]> {
    const directions = this.bidirectional ? ['', '_reverse'] : ['']
    for (const [k, cell] of this.cells.entries()) {
      const suffix = `_l${Math.floor(k / directions.length)}${directions[k % directions.length]}`
      for (const [key, parameter] of cell.namedParameters()) yield [key + suffix, parameter]
    }
  }

  /** The state that `forward` starts from when it is given none: each part `[numLayers · D, batch, its size]`. */
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
    checkNames(op, options, forwardOptions)
    const input = asVariable(op, x)
    const batched = this.#checkInput(input)
    let output = batched ? (this.batchFirst ? input : transpose(input, 0, 1)) : unsqueeze(input, 0)
    const [B, T] = output.shape
    const ends: S[] = []
    const lengths = options.lengths === undefined ? undefined : checkLengths(op, options.lengths, B, T)
    const every = options.checkpointEvery
    if (this.onStep !== undefined && typeof this.onStep !== 'function')
      fail(op, `onStep is a function, got ${kindOf(this.onStep)}`)
    if (every !== undefined && this.onStep)
      fail(op, 'onStep sees each step once, and checkpointEvery runs them again: give one of them')
    const through = every === undefined ? run<S> : inSegments<S>(checkSize(op, 'checkpointEvery', every))
    const start = this.#startState(state, B, batched)

    for (let layer = 0; layer < this.numLayers; layer++) {
      const read = layer === 0 || !this.training ? output : dropout(output, this.dropout, this.rng as Random)
      const hidden = this.#directions.map((reverse) => {
        const k = ends.length
        const direction = { reverse, lengths, onStep: stepsOf({ layer, reverse }, this.onStep) }
        const [h, end] = through(this.cells[k].begin(B), read, start[k], direction)
        ends.push(end)
        return layer < this.numLayers - 1 || this.returnSequences ? h : lastOf(h, direction)
      })
      output = merge(hidden, this.merge)
    }

    const end = joinStates(ends)
    if (!batched) return [squeeze(output, 0), mapState(end, (part) => squeeze(part, 1))]
    return [this.batchFirst || !this.returnSequences ? output : transpose(output, 0, 1), end]
  }

  /** The last layer's h in a state that `forward` gave, its directions side by side: `[B, D · H]` (`[D · H]` without a batch). */
  lastHidden(state: State): Variable {
    const h: unknown = state?.h
    if (!(h instanceof Variable))
      fail(`${this.constructor.name}.lastHidden`, `wants a state, as forward gives it, got h: ${kindOf(h)}`)
    return merge(unbind(slice(h, [-this.#directions.length, null])), this.merge)
  }

  #outputSize(cells: readonly C[]): number {
    const last = cells.slice(-this.#directions.length)
    return this.merge === 'concat' ? last.reduce((sum, cell) => sum + cell.outputSize, 0) : last[0].outputSize
  }

  /** From the last step to the first? For each direction. */
  get #directions(): readonly boolean[] {
    return this.bidirectional ? [false, true] : [this.reverse]
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
    const { cells } = this
    if (state === undefined) return cells.map((cell) => cell.zeroState(batch))
    const { stateSizes } = cells[0]
    const shapeOf = (size: number) => (batched ? [cells.length, batch, size] : [cells.length, size])
    checkState(this.constructor.name, state, stateSizes, shapeOf)
    const parts: Readonly<Record<string, Variable>> = state
    const inOrder = Object.keys(stateSizes).map((name) => [
      name,
      batched ? parts[name] : unsqueeze(parts[name], 1),
    ])
    return splitState<S>(Object.fromEntries(inOrder), cells.length)
  }
}

/** Checks that a cell fits to its place: it reads what comes there, and its state goes beside those of the others. */
function checkCell(op: string, layer: number, cell: Cell, size: number, first: Cell = cell): void {
  if (!(cell instanceof Cell)) fail(op, `wants a cell for layer ${layer}, got ${kindOf(cell)}`)
  if (cell.inputSize !== size)
    fail(op, `the cell of layer ${layer} reads ${cell.inputSize} features, and gets ${size}`)
  const [wanted, got] = [first, cell].map(({ stateSizes }) => formatSizes(stateSizes))
  if (got !== wanted)
    fail(op, `the state of every cell has the sizes of the first, ${wanted}; layer ${layer} has ${got}`)
}

function formatSizes(sizes: StateSizes): string {
  return `{ ${Object.entries(sizes)
    .map(([name, size]) => `${name}: ${size}`)
    .join(', ')} }`
}

function stepsOf(place: Place, onStep: Recurrent['onStep']): Direction['onStep'] {
  return onStep && ((t, state) => onStep({ ...place, t, state }))
}
