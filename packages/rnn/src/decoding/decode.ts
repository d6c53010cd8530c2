import { stack, type Tensor, zeros } from '@unroll/tensor'
import { type DecodeOptions, decodeSteps, type NextSymbol } from './decode-steps.js'
import type { Rows, Start, Step } from './step.js'

/** A sequence that has been decoded. */
export interface Decoded {
  /** Without the symbol to start from and the end symbol. */
  readonly symbols: number[]
  /** Of each of them. */
  readonly logProbs: number[]
  /** Of the whole, the end symbol included if it came. */
  readonly logProb: number
  /** Did the end symbol come? Else there was no more room. */
  readonly ended: boolean
  /** Attention weights `[symbols.length, S]`, if the step gives any: a row for each symbol. */
  readonly weights?: Tensor
}

/**
 * Continues sequences symbol by symbol, each by what is likeliest at every step (greedily), or, when given `rng`, by what it
 * draws, with `temperature`, `topK` and `topP` as `sample` has them. All sequences of a batch go on together; those that
 * have ended drop out, and when all have, it is done.
 *
 *     const [{ symbols }] = decode(step, { symbols: [begin], state }, { endSymbol: end, maxLength: 100 })
 *
 * Nothing is recorded on the tape. Dropout is not switched off: call `model.eval()` first.
 *
 * @param step the model: see `Step`
 * @param start for each sequence the symbol to start from, and the state before it
 * @returns one for each sequence of the batch
 * @throws UnrollError when an option is out of range, the start or what the step gives has not the right shapes, or a
 * logit is NaN or Infinity.
 */
export function decode<S extends Rows>(step: Step<S>, start: Start<S>, options: DecodeOptions): Decoded[] {
  const chosen: NextSymbol[][] = []
  for (const next of decodeSteps(step, start, options))
    for (const one of next) {
      chosen[one.sequence] ??= []
      chosen[one.sequence].push(one)
    }
  return chosen.map(decodedFrom)
}

/** What was chosen for one sequence, from the first on, put together. */
export function decodedFrom(chosen: readonly Omit<NextSymbol, 'sequence'>[]): Decoded {
  const said = chosen.filter(({ ended }) => !ended)
  return {
    symbols: said.map(({ symbol }) => symbol),
    logProbs: said.map(({ logProb }) => logProb),
    logProb: chosen.reduce((sum, { logProb }) => sum + logProb, 0),
    ended: said.length < chosen.length,
    weights: chosen[0].weights && rowsOf(said, chosen[0].weights),
  }
}

/** The weights one below the other. */
function rowsOf(chosen: readonly Pick<NextSymbol, 'weights'>[], { size, dtype }: Tensor): Tensor {
  if (chosen.length === 0) return zeros([0, size], { dtype })
  return stack(chosen.map(({ weights }) => weights as Tensor))
}
