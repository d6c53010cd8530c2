import { checkNames, fail, kindOf, type OptionNames, type Tensor } from '@unroll/tensor'
import { checkFinite, checkSize } from '../modules/options.js'
import { type Advanced, advance, readStart } from './advance.js'
import { type Decoded, decodedFrom } from './decode.js'
import { indicesOfLargest } from './largest.js'
import { bestScore, lengthPenalty } from './length-penalty.js'
import { checkEndSymbol, checkLimits, type Limits, limitOptions } from './limits.js'
import { logSoftmaxOf } from './log-softmax.js'
import type { Rows, Start, Step } from './step.js'

export interface BeamSearchOptions extends Limits {
  /** How many hypotheses of each sequence are followed. Default: 5. */
  beamWidth?: number
  /** How many are given back for each sequence, at most `beamWidth`. Default: 1. */
  nBest?: number
  /**
   * The α of Wu et al. 2016: scores are log-probabilities divided by ((5 + n) / 6)^α, n the number of symbols, the end symbol
   * among them. More favours longer hypotheses; 0.6 to 1 is usual. Default: 0.
   */
  lengthPenalty?: number
}

const beamSearchOptions: OptionNames<BeamSearchOptions> = {
  ...limitOptions,
  beamWidth: true,
  nBest: true,
  lengthPenalty: true,
}

/** A sequence that a beam search has found. */
export interface Hypothesis extends Decoded {
  /** Its log-probability, divided by the length penalty. */
  readonly score: number
}

/**
 * The likeliest continuations of sequences, by beam search (Sutskever, Vinyals & Le 2014): at every step each of
 * the `beamWidth` hypotheses that are followed is continued by every symbol, and the best of these are followed further.
 * One that is among the best and has come to the end symbol is finished: it is put by, and another takes its
 * place. The search of a sequence is over when no hypothesis can become better than the `nBest` finished ones, or
 * at `maxLength`, where hypotheses count that have not ended, too.
 *
 *     const [[best]] = beamSearch(step, { symbols: [begin], state }, { endSymbol: end, maxLength: 100, beamWidth: 8 })
 *
 * A beam wide enough to hold all hypotheses finds the best ones there are; a beam of 1 without length penalty does what
 * `decode` does greedily. What is level keeps the order of the hypotheses, and of the symbols: nothing is left to chance.
 * Nothing is recorded on the tape. Dropout is not switched off: call `model.eval()` first.
 *
 * @param step the model: see `Step`. Its N is the number of hypotheses of all sequences together
 * @param start for each sequence the symbol to start from, and the state before it
 * @returns for each sequence of the batch its hypotheses, from the best on; fewer than `nBest` where no more
 * are possible, as when `adjust` forbids every symbol
 * @throws UnrollError when an option is out of range, the start or what the step gives has not the right shapes, or a
 * logit is NaN or Infinity.
 */
export function beamSearch<S extends Rows>(
  step: Step<S>,
  start: Start<S>,
  options: BeamSearchOptions,
): Hypothesis[][] {
  if (typeof step !== 'function')
    fail('beamSearch', `wants a step, a function of symbols and state, got ${kindOf(step)}`)
  const settings = checkSettings(options)
  let position = readStart('beamSearch', start)
  const beams = Array.from(position.symbols, (_, sequence) => new Beam(sequence, settings))
  for (let length = 1; length <= settings.maxLength; length++) {
    const next = advance('beamSearch', step, position)
    checkEndSymbol('beamSearch', settings.endSymbol, next.count)
    const rows: number[] = []
    const symbols: number[] = []
    let first = 0
    for (const beam of beams) {
      const count = beam.live.length
      for (const { symbol, row } of beam.advance(next, first, length)) {
        rows.push(row)
        symbols.push(symbol)
      }
      first += count
    }
    if (rows.length === 0) break
    position = next.goOn(rows, symbols)
  }
  return beams.map(({ finished }) => finished)
}

type Settings = Limits & Required<Pick<BeamSearchOptions, 'beamWidth' | 'nBest' | 'lengthPenalty'>>

/** A hypothesis: its last symbol, and the hypothesis that this was added to. */
interface Node {
  readonly before: Node | undefined
  readonly symbol: number
  /** Of the symbol, and of all up to it. */
  readonly logProb: number
  readonly total: number
  readonly ended: boolean
  readonly weights: Tensor | undefined
  /** Which row of the step it was made from. */
  readonly row: number
}

/** The search of one sequence. */
class Beam {
  /** What is followed: at first the empty hypothesis. */
  live: readonly (Node | undefined)[] = [undefined]
  /** The best so far, from the best on. */
  readonly finished: Hypothesis[] = []

  constructor(
    readonly sequence: number,
    readonly settings: Settings,
  ) {}

  /** The hypotheses to be followed further; those of this beam are the step's rows from `first` on. */
  advance<S extends Rows>(next: Advanced<S>, first: number, length: number): readonly Node[] {
    const { beamWidth, endSymbol, maxLength } = this.settings
    const followed: Node[] = []
    // Each hypothesis has one end at most, so that of twice as many candidates enough go on.
    for (const [rank, node] of this.#candidates(next, first, 2 * beamWidth).entries()) {
      if (node.symbol === endSymbol) {
        if (rank < beamWidth) this.#finish(node, length)
      } else if (followed.length < beamWidth) followed.push(node)
    }
    if (length === maxLength) for (const node of followed) this.#finish(node, length)
    const isOver = length === maxLength || this.#isOver(followed, length)
    const live = isOver ? [] : followed
    this.live = live
    return live
  }

  /** The best continuations of all hypotheses by all symbols, from the best on. */
  #candidates<S extends Rows>(next: Advanced<S>, first: number, most: number): Node[] {
    const { endSymbol } = this.settings
    const V = next.count
    const totals = new Float64Array(this.live.length * V)
    const logProbs = this.live.map((before, k) => {
      const own = this.#logProbs(next.logits(first + k), before)
      for (let symbol = 0; symbol < V; symbol++) totals[k * V + symbol] = (before?.total ?? 0) + own[symbol]
      return own
    })
    return indicesOfLargest(totals, most).map((i) => {
      const [k, symbol] = [Math.floor(i / V), i % V]
      return {
        before: this.live[k],
        symbol,
        logProb: logProbs[k][symbol],
        total: totals[i],
        ended: symbol === endSymbol,
        weights: next.weights(first + k),
        row: first + k,
      }
    })
  }

  #logProbs(given: ArrayLike<number>, before: Node | undefined): Float64Array {
    const { adjust } = this.settings
    if (!adjust) return logSoftmaxOf('beamSearch', given)
    const logits = Float64Array.from(given)
    const symbols = pathTo(before).map(({ symbol }) => symbol)
    adjust(logits, symbols, this.sequence)
    if (logits.every((logit) => logit === -Infinity)) return logits // nothing is left: a dead end
    return logSoftmaxOf('beamSearch', logits)
  }

  /** Puts a hypothesis by: behind those that are as good, as they were first. */
  #finish(node: Node, length: number): void {
    const { nBest, lengthPenalty: alpha } = this.settings
    const score = node.total / lengthPenalty(length, alpha)
    const behind = this.finished.findIndex((other) => other.score < score)
    const place = behind < 0 ? this.finished.length : behind
    if (place === nBest) return
    this.finished.splice(place, 0, { ...decodedFrom(pathTo(node)), score })
    this.finished.length = Math.min(this.finished.length, nBest)
  }

  /** Can none of these become better than what is finished? */
  #isOver(followed: readonly Node[], length: number): boolean {
    const { nBest, maxLength, lengthPenalty: alpha } = this.settings
    if (this.finished.length < nBest) return false
    const worst = this.finished[nBest - 1].score
    return followed.every(({ total }) => bestScore(total, length, maxLength, alpha) <= worst)
  }
}

/** The symbols of a hypothesis, from the first on. */
function pathTo(node: Node | undefined): Node[] {
  const path: Node[] = []
  for (let at = node; at; at = at.before) path.push(at)
  return path.reverse()
}

function checkSettings(options: BeamSearchOptions): Settings {
  const op = 'beamSearch'
  checkNames(op, options, beamSearchOptions)
  const limits = checkLimits(op, options)
  const { beamWidth = 5, nBest = 1, lengthPenalty = 0 } = options
  checkSize(op, 'beamWidth', beamWidth)
  checkSize(op, 'nBest', nBest)
  if (nBest > beamWidth) fail(op, `nBest is at most beamWidth, ${beamWidth}; got ${nBest}`)
  checkFinite(op, 'lengthPenalty', lengthPenalty)
  return { ...limits, beamWidth, nBest, lengthPenalty }
}
