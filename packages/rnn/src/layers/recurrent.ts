import { squeeze, stack, transpose, unbind, unsqueeze, type Variable } from '@unroll/autograd'
import { fail, formatShape, type Random, type Tensor } from '@unroll/tensor'
import type { Cell, CellOptions } from '../cells/cell.js'
import { checkState, type State } from '../cells/state.js'
import { dropout } from '../modules/dropout.js'
import { asVariable } from '../modules/input.js'
import { Module } from '../modules/module.js'
import { checkOptions, checkProbability, checkSize } from '../modules/options.js'

export interface RecurrentOptions extends CellOptions {
  /** Layers stacked: each reads the outputs of the one below. Default: 1. */
  numLayers?: number
  /** Dropout on the outputs of each layer but the last, in training. Default: 0. */
  dropout?: number
  /** Input and output are `[B, T, …]` (the default), or PyTorch's default layout `[T, B, …]`. */
  batchFirst?: boolean
}

/**
 * A cell run over a sequence, in one layer or several: the network unrolled through time.
 *
 *     const [output, { h }] = layer.forward(x, state)
 *
 * - x: `[B, T, inputSize]` (`[T, B, inputSize]` with `batchFirst: false`; `[T, inputSize]` for one
 *   sequence without a batch)
 * - state, in and out: each part `[numLayers, B, H]` (`[numLayers, H]` without a batch); zeros when left out
 * - output: the last layer's h at every step, `[B, T, H]` (laid out as x is)
 */
export abstract class Recurrent<S extends State> extends Module {
  readonly numLayers: number
  readonly dropout: number
  readonly batchFirst: boolean
  /** One for each layer, from the input up. */
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
    this.dropout = checkProbability(op, options.dropout ?? 0)
    if (this.dropout > 0 && this.numLayers === 1)
      fail(op, 'dropout acts between layers, and there is only one; use numLayers ≥ 2, or a Dropout module')
    this.batchFirst = options.batchFirst ?? true
    this.cells = Array.from({ length: this.numLayers }, (_, layer) =>
      makeCell(layer === 0 ? inputSize : hiddenSize),
    )
  }

  /** PyTorch's keys: the cell's with the layer's number behind, `weight_ih_l0`. */
  override *namedParameters(): IterableIterator<[string, Variable]> {
    for (const [layer, cell] of this.cells.entries())
      for (const [key, parameter] of cell.namedParameters()) yield [`${key}_l${layer}`, parameter]
  }

  /** The state that `forward` starts from when it is given none: each part `[numLayers, batch, H]`. */
  zeroState(batch: number): S {
    return joinStates(this.cells.map((cell) => cell.zeroState(batch)))
  }

  /**
   * Runs over a sequence: see the class for shapes.
   * @throws UnrollError when sizes differ from those of the layer, a part of the state is missing, or the
   * sequence is empty.
   */
  forward(x: Variable | Tensor, state?: S): [output: Variable, state: S] {
    const input = asVariable(this.constructor.name, x)
    const batched = this.#checkInput(input)
    const sequence = batched ? (this.batchFirst ? input : transpose(input, 0, 1)) : unsqueeze(input, 0)
    const start = this.#startState(state, sequence.shape[0], batched)

    let output = sequence
    const ends = this.cells.map((cell, layer) => {
      const [hidden, end] = unrollCell(cell, output, start[layer])
      const last = layer === this.numLayers - 1
      output = this.training && !last ? dropout(hidden, this.dropout, this.rng) : hidden
      return end
    })

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

  /** The state to start from, one for each layer. */
  #startState(state: S | undefined, batch: number, batched: boolean): S[] {
    if (state === undefined) return this.cells.map((cell) => cell.zeroState(batch))
    const { numLayers, hiddenSize } = this
    const wanted = batched ? [numLayers, batch, hiddenSize] : [numLayers, hiddenSize]
    checkState(this.constructor.name, state, this.cells[0].stateNames, wanted)
    return splitState(batched ? state : mapState(state, (part) => unsqueeze(part, 1)), numLayers)
  }
}

/** One cell over a sequence `[B, T, F]`: its h at every step, `[B, T, H]`, and the state after the last. */
function unrollCell<S extends State>(cell: Cell<S>, x: Variable, start: S): [output: Variable, end: S] {
  let state = start
  const hidden = unbind(cell.project(x), 1).map((wx) => {
    state = cell.advance(wx, state)
    return state.h
  })
  return [stack(hidden, 1), state]
}

/** Each part of a state changed in the same way. */
function mapState<S extends State>(state: S, f: (part: Variable) => Variable): S {
  return Object.fromEntries(Object.entries(state).map(([name, part]) => [name, f(part)])) as S
}

/** The states of the layers, each `[B, H]`, as one whose parts are `[numLayers, B, H]`. */
function joinStates<S extends State>(states: readonly S[]): S {
  const names = Object.keys(states[0]) as (keyof S)[]
  return Object.fromEntries(names.map((name) => [name, stack(states.map((s) => s[name] as Variable))])) as S
}

/** The opposite of `joinStates`. */
function splitState<S extends State>(state: S, count: number): S[] {
  const parts = Object.entries(state).map(([name, part]) => [name, unbind(part)] as const)
  return Array.from(
    { length: count },
    (_, i) => Object.fromEntries(parts.map(([name, list]) => [name, list[i]])) as S,
  )
}
