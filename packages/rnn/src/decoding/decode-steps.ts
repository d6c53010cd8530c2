import { checkNames, fail, kindOf, type OptionNames, type Tensor } from '@unroll/tensor'
import { checkSampling, type SampleOptions, sample, sampleOptions } from '../inference/sample.js'
import { advance, type Position, readStart } from './advance.js'
import { indexOfLargest } from './index-of-largest.js'
import { checkEndSymbol, checkLimits, type Limits, limitOptions } from './limits.js'
import { logSoftmaxOf } from './log-softmax.js'
import type { Rows, Start, Step } from './step.js'

/** Without `rng` the likeliest symbol is always taken (greedy); with it symbols are drawn as `sample` does. */
export interface DecodeOptions extends Limits, Partial<SampleOptions> {}

const decodeOptions: OptionNames<DecodeOptions> = { ...limitOptions, ...sampleOptions }

/** What has been chosen for a sequence. */
export interface NextSymbol {
  /** Which sequence of the batch. */
  readonly sequence: number
  readonly symbol: number
  /** By softmax of the logits, whatever temperature, topK and topP have made of them. */
  readonly logProb: number
  /** Is it the end symbol? Then nothing more comes of this sequence. */
  readonly ended: boolean
  /** Attention weights `[S]`, if the step gives any. */
  readonly weights?: Tensor
}

/**
 * As `decode`, a symbol at a time: at every step the next symbol of each sequence that has not ended, in the order of the
 * batch. Between the steps anything can be done: show what there is, wait for something else, or leave the loop.
 *
 *     for (const [{ symbol }] of decodeSteps(step, start, { rng, maxLength: 500 })) write(characters[symbol])
 *
 * @throws UnrollError as `decode` does: for options at once, for what a step gives when it is taken.
 */
export function decodeSteps<S extends Rows>(
  step: Step<S>,
  start: Start<S>,
  options: DecodeOptions,
): Generator<NextSymbol[], void, undefined> {
  if (typeof step !== 'function')
    fail('decode', `wants a step, a function of symbols and state, got ${kindOf(step)}`)
  checkNames('decode', options, decodeOptions)
  const limits = checkLimits('decode', options)
  return steps(step, readStart('decode', start), limits, chooserOf(options))
}

type Choose = (logits: ArrayLike<number>) => number

function* steps<S extends Rows>(
  step: Step<S>,
  start: Position<S>,
  { maxLength, endSymbol, adjust }: Limits,
  choose: Choose,
): Generator<NextSymbol[], void, undefined> {
  const symbols = Array.from(start.symbols, (): number[] => [])
  let position = start
  let live = [...symbols.keys()] // the sequence that each row belongs to
  for (let length = 1; ; length++) {
    const next = advance('decode', step, position)
    checkEndSymbol('decode', endSymbol, next.count)
    const chosen = live.map((sequence, row): NextSymbol => {
      const logits = Float64Array.from(next.logits(row))
      adjust?.(logits, symbols[sequence], sequence)
      const symbol = choose(logits)
      const logProb = logSoftmaxOf('decode', logits)[symbol]
      symbols[sequence].push(symbol)
      return { sequence, symbol, logProb, ended: symbol === endSymbol, weights: next.weights(row) }
    })
    const rows = [...chosen.keys()].filter((row) => !chosen[row].ended)
    yield chosen
    if (rows.length === 0 || length === maxLength) return
    position = next.goOn(
      rows,
      rows.map((row) => chosen[row].symbol),
    )
    live = rows.map((row) => live[row])
  }
}

/** @throws UnrollError when an option is out of range, or without a generator there is nothing that it could do. */
function chooserOf({ rng, temperature, topK, topP }: DecodeOptions): Choose {
  const given = Object.entries({ temperature, topK, topP }).find(([, value]) => value !== undefined)
  if (rng === undefined) {
    if (given)
      fail('decode', `${given[0]} is for drawing, which wants { rng }, a generator: new Random(seed)`)
    return (logits) => indexOfLargest('decode', logits)
  }
  const options = { rng, temperature, topK, topP }
  checkSampling('decode', options)
  return (logits) => sample(logits, options)
}
