import { squeeze, unsqueeze, type Variable } from '@unroll/autograd'
import { checkNames, fail, formatShape, kindOf, type OptionNames, Tensor } from '@unroll/tensor'
import type { Memory, MemoryOptions } from '../attention/attention.js'
import { checkState, type State } from '../cells/state.js'
import { Recurrent } from '../layers/recurrent.js'
import { run } from '../layers/run.js'
import { joinStates, splitState } from '../layers/states.js'
import { dropout } from '../modules/dropout.js'
import { Module } from '../modules/module.js'
import { checkSize, type ParameterOptions, parameterOptions } from '../modules/options.js'
import type { Layer } from '../modules/sequential.js'
import { type FeedbackOptions, feedbackOptions, readsAll, unrollSteps } from './scheduled-sampling.js'

/** Where a decoder stands: plain data, with the batch first in every part. */
export type DecoderState = {
  /** Of its cells, from the input up. */
  readonly cells: readonly State[]
  /** What it attends to, if it does. */
  readonly memory?: Memory
  /** What a step hands to the next one besides, if it does: `[N, …]`. */
  readonly fed?: Variable
}

/** What a decoder gives for one step, or for several at once with an axis T behind N. */
export interface DecoderOutput {
  /** `[N, symbols]`, of what comes next */
  readonly logits: Variable
  /** After it. */
  readonly state: DecoderState
  /** Of attention, if there is any: `[N, S]` */
  readonly weights?: Variable
}

/** The parts of a decoder. */
export interface DecoderParts extends ParameterOptions {
  /** Makes vectors of symbols. */
  embedding: Layer<Tensor>
  /** The recurrent layer over these (and what a decoder feeds it besides), in one direction. */
  layer: Recurrent
  /** How many symbols there are to choose from. */
  symbols: number
}

export const decoderParts: OptionNames<DecoderParts> = {
  ...parameterOptions,
  embedding: true,
  layer: true,
  symbols: true,
}

/**
 * Runs the layer from states of its cells, over one step, `[N, F]`, or over several, `[N, T, F]`: to what it
 * gives out, and the states after.
 */
export type RunLayer = (x: Variable, cells: readonly State[]) => [output: Variable, cells: readonly State[]]

/**
 * Writes a sequence, a symbol at a time, each from those before it: an embedding, a recurrent layer, and a
 * linear one for the logits of what comes next. What stands between is for the kinds of decoders to say, in
 * `advance`.
 *
 * `step` is what the functions of decoding take: greedy, sampling, beam search.
 */
export abstract class Decoder extends Module {
  readonly embedding: Layer<Tensor>
  readonly layer: Recurrent
  readonly symbols: number

  constructor(parts: DecoderParts) {
    super()
    const op = this.constructor.name
    const { embedding, layer, symbols } = parts ?? {}
    if (!(embedding instanceof Module))
      fail(op, `wants { embedding }, a module that makes vectors of symbols, got ${kindOf(embedding)}`)
    if (!(layer instanceof Recurrent)) fail(op, `wants { layer }, a recurrent one, got ${kindOf(layer)}`)
    checkSize(op, 'symbols', symbols)
    if (layer.bidirectional || layer.reverse)
      fail(op, 'wants a layer of one direction, from the first step on: what comes later is not written yet')
    if (!layer.batchFirst || !layer.returnSequences)
      fail(op, 'wants a layer with batchFirst: true and returnSequences: true')
    this.embedding = embedding
    this.layer = layer
    this.symbols = symbols
  }

  /** Does the layer read what the step before it gave, so that steps cannot be run at once? */
  abstract readonly feedsBack: boolean

  /** One step from vectors of symbols `[N, E]`; or, unless it feeds back, all at once from `[N, T, E]`. */
  abstract advance(y: Variable, state: DecoderState, runLayer: RunLayer): DecoderOutput

  /**
   * The state before the first symbol, from those of the cells and from what an encoder gave for each step,
   * `[N, S, …]`. Default: the latter is not looked at.
   */
  start(cells: readonly State[], _memory: Variable | Tensor, _options: MemoryOptions = {}): DecoderState {
    return { cells }
  }

  /** Steps over a batch of N sequences: what is drawn once for a sequence is drawn here. */
  begin(batch: number): (symbols: Tensor, state: DecoderState) => DecoderOutput {
    const runLayer = this.#byStep(batch)
    return (symbols, state) => {
      checkSymbols(this.constructor.name, symbols, 1)
      return this.advance(this.embedding.forward(symbols), state, runLayer)
    }
  }

  /** One step: symbols int32 `[N]`, to the logits `[N, symbols]` of what comes next, and the state after it. */
  readonly step = (symbols: Tensor, state: DecoderState): DecoderOutput => {
    checkSymbols(this.constructor.name, symbols, 1)
    return this.begin(symbols.shape[0])(symbols, state)
  }

  /**
   * Steps through symbols int32 `[N, T]`, the one to begin with first: to logits `[N, T, symbols]` and weights
   * `[N, T, S]`. Under full teacher forcing (the default) the layer runs over all of them at once, if the
   * decoder allows it.
   * @throws UnrollError when they are no such symbols, or an option is not what it should be.
   */
  forward(symbols: Tensor, state: DecoderState, options: FeedbackOptions = {}): DecoderOutput {
    const op = this.constructor.name
    checkNames(op, options, feedbackOptions)
    checkSymbols(op, symbols, 2)
    if (!readsAll(op, options) || this.feedsBack)
      return unrollSteps(this.begin(symbols.shape[0]), symbols, state, options)
    return this.advance(this.embedding.forward(symbols), state, this.#atOnce)
  }

  readonly #atOnce: RunLayer = (x, cells) => {
    this.#checkInput(x)
    const [output, end] = this.layer.forward(x, joinStates(cells))
    return [output, splitState(end, cells.length)]
  }

  #byStep(batch: number): RunLayer {
    const { training, dropout: p, rng } = this.layer
    const cells = this.layer.cells.map((cell) => cell.begin(batch))
    return (x, states) => {
      this.#checkInput(x)
      let output = unsqueeze(x, 1)
      const after = cells.map((cell, k) => {
        checkState(this.constructor.name, states[k], cell.stateSizes, (size) => [batch, size])
        if (k > 0 && training && rng) output = dropout(output, p, rng)
        const [h, end] = run(cell, output, states[k], { reverse: false, lengths: undefined })
        output = h
        return end
      })
      return [squeeze(output, 1), after]
    }
  }

  #checkInput(x: Variable): void {
    const [wanted, got] = [this.layer.inputSize, x.shape[x.rank - 1]]
    if (got !== wanted)
      fail(
        this.constructor.name,
        `its layer reads ${wanted} features, and gets ${got}: those of the embedding, and what it is fed`,
      )
  }
}

function checkSymbols(op: string, symbols: Tensor, rank: number): void {
  const given = symbols instanceof Tensor ? `${formatShape(symbols.shape)} ${symbols.dtype}` : kindOf(symbols)
  if (!(symbols instanceof Tensor) || symbols.rank !== rank || symbols.dtype !== 'int32')
    fail(op, `wants symbols ${rank === 1 ? '[N]' : '[N, T]'} int32, got ${given}`)
}
