import type { Variable } from '@unroll/autograd'
import { checkNames, fail, kindOf, type OptionNames, type Tensor, type TypedArray } from '@unroll/tensor'
import { type CtcInputOptions, ctcInputOptions, readLogProbs } from '../losses/ctc-input.js'
import { checkSize } from '../modules/options.js'
import { Prefix } from './ctc-prefix.js'
import { indicesOfLargest } from './largest.js'

export interface CtcBeamSearchOptions extends CtcInputOptions {
  /** How many prefixes are kept from step to step. Default: 25. */
  beamWidth?: number
  /** How many results for each sequence, at most `beamWidth`. Default: 1. */
  nBest?: number
  /** Labels of a smaller log-probability at a step are not tried there: faster. Default: −Infinity, all are. */
  minLogProb?: number
  /**
   * What else speaks for a label: added to the log-probability of the labels `prefix` when `next` is put behind
   * them, and at last with `next` undefined, for their end. For a language model, α · log p(next | prefix) + β, the
   * weight α and the bonus β for each label being yours to choose (Hannun et al. 2014). A number below Infinity;
   * −Infinity forbids. Asked once when a prefix is tried, and again should it fall out of the beam and be tried anew.
   * Default: nothing.
   */
  score?: (prefix: readonly number[], next: number | undefined) => number
}

const ctcBeamSearchOptions: OptionNames<CtcBeamSearchOptions> = {
  ...ctcInputOptions,
  beamWidth: true,
  nBest: true,
  minLogProb: true,
  score: true,
}

export interface CtcHypothesis {
  readonly symbols: number[]
  /** log p(symbols | input), of all paths that the beam has kept. Never too large, and exact with a wide enough beam. */
  readonly logProb: number
  /** The same, and all that `score` gave: results come in the order of this. */
  readonly score: number
}

/**
 * Prefix beam search in what was trained with `ctc` (Graves 2012, section 7.5; Hannun, Maas, Jurafsky & Ng 2014,
 * algorithm 1): for each sequence its likeliest labels, from the best on. A prefix is what a path stands for up to a
 * step; all paths of a prefix are added up, those that end in a blank apart from those that do not, since after a
 * blank the same label counts anew.
 *
 * - logProbs: log-probabilities `[B, T, C]`, `[T, B, C]` with `batchFirst: false`, or `[T, C]` for one
 *   sequence (the result is then a list of one)
 *
 * What is level keeps the order in which it was found: the same input gives the same result. There are fewer than `nBest`
 * results where fewer prefixes are possible.
 *
 * @throws UnrollError when logProbs are not log-probabilities of such a shape, an option is out of range, or a score is
 * not a number below Infinity.
 */
export function ctcBeamSearch(
  logProbs: Variable | Tensor,
  options: CtcBeamSearchOptions = {},
): CtcHypothesis[][] {
  const op = 'ctcBeamSearch'
  checkNames(op, options, ctcBeamSearchOptions)
  const { x, inputLengths, blank } = readLogProbs(op, logProbs, options)
  const beamWidth = checkSize(op, 'beamWidth', options.beamWidth ?? 25)
  const nBest = checkSize(op, 'nBest', options.nBest ?? 1)
  if (nBest > beamWidth) fail(op, `nBest is at most beamWidth, ${beamWidth}; got ${nBest}`)
  const { minLogProb = -Infinity, score } = options
  if (!(minLogProb <= 0)) fail(op, `minLogProb is a number ≤ 0, got ${kindOf(minLogProb)}`)
  if (score !== undefined && typeof score !== 'function')
    fail(op, `score is a function of a prefix and the next label, got ${kindOf(score)}`)

  const [, T, C] = x.shape
  const { data } = x
  return Array.from(inputLengths, (length, b) => {
    const root = new Prefix(score && checked(score))
    let beam = [root.begin()]
    for (let t = 0; t < length; t++) {
      const at = (b * T + t) * C
      beam = best(advance(beam, data.subarray(at, at + C), blank, minLogProb), beamWidth)
    }
    for (const prefix of beam) prefix.close()
    return best(beam, nBest).map((prefix) => ({
      symbols: prefix.symbols,
      logProb: prefix.logProb,
      score: prefix.score,
    }))
  })
}

/** All prefixes after a step, from those that were kept before it. */
function advance(beam: readonly Prefix[], y: TypedArray, blank: number, minLogProb: number): Prefix[] {
  const touched = new Set<Prefix>(beam)
  for (const prefix of beam) {
    prefix.addBlank(prefix.logProb + y[blank])
    if (prefix.symbol !== undefined) prefix.addLabel(prefix.endingInLabel + y[prefix.symbol])
    for (let k = 0; k < y.length; k++) {
      if (k === blank || y[k] < minLogProb || y[k] === -Infinity) continue
      // Behind the same label a new one must be parted by a blank.
      const before = k === prefix.symbol ? prefix.endingInBlank : prefix.logProb
      if (before === -Infinity) continue
      const longer = prefix.followedBy(k)
      longer.addLabel(before + y[k])
      touched.add(longer)
    }
  }
  const all = [...touched]
  for (const prefix of all) prefix.turn()
  return all
}

/** The best so many, from the best on; the others forget what they were worth, should a later step find them again. */
function best(prefixes: readonly Prefix[], count: number): Prefix[] {
  const kept = indicesOfLargest(
    prefixes.map(({ score }) => score),
    count,
  ).map((i) => prefixes[i])
  const keep = new Set(kept)
  for (const prefix of prefixes) if (!keep.has(prefix)) prefix.forget()
  return kept
}

function checked(score: NonNullable<CtcBeamSearchOptions['score']>): typeof score {
  return (prefix, next) => {
    const value = score(prefix, next)
    if (!(typeof value === 'number' && value < Infinity))
      fail(
        'ctcBeamSearch',
        `score gives numbers below Infinity, got ${kindOf(value)} for ${next} behind [${prefix.join(', ')}]`,
      )
    return value
  }
}
