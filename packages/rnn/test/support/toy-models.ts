import type { Decoded, DecodingStep, Start } from '@unroll/rnn'
import { Random, stack, type Tensor, tensor } from '@unroll/tensor'

export type ToyState = {
  readonly key: Tensor
  /** To be chosen along: `[N, 2, 1]`. */
  readonly carried: readonly [Tensor]
}

/** A model of V symbols whose logits depend on the sequence and on all symbols so far, in no orderly way. */
export interface ToyModel {
  readonly step: DecodingStep<ToyState>
  readonly start: (batch: number) => Start<ToyState>
  /** How many rows each step had. */
  readonly counts: number[]
  /** log softmax of the logits after these symbols. */
  readonly logProbs: (sequence: number, symbols: readonly number[]) => Tensor
  /** The attention weights there, `[3]`. */
  readonly weights: (sequence: number, symbols: readonly number[]) => Tensor
}

export function toyModel(V: number, seed: number): ToyModel {
  const beginning = 0
  const keyAfter = (key: number, symbol: number) => (Math.imul(key, 31) + 97 * symbol + 7) & 0x7fffffff
  const logits = (key: number) => new Random(key).normal([V], 0, 2, { dtype: 'float64' })
  const weights = (key: number) => new Random(key).normal([3], 0, 1, { dtype: 'float64' }).softmax()
  const keyOf = (sequence: number, symbols: readonly number[]) =>
    [beginning, ...symbols].reduce(keyAfter, seed + 1000 * sequence)
  const counts: number[] = []
  return {
    counts,
    logProbs: (sequence, symbols) => logits(keyOf(sequence, symbols)).logSoftmax(),
    weights: (sequence, symbols) => weights(keyOf(sequence, symbols)),
    start: (batch) => ({
      symbols: new Array<number>(batch).fill(beginning),
      state: stateOf(Array.from({ length: batch }, (_, b) => seed + 1000 * b)),
    }),
    step: (symbols, { key, carried }) => {
      counts.push(symbols.size)
      const keys = Array.from(key.data, (k, n) => {
        if (carried[0].get(n, 1, 0) !== k) throw new Error('the parts of the state were not chosen alike')
        return keyAfter(k, symbols.get(n))
      })
      return { logits: stack(keys.map(logits)), state: stateOf(keys), weights: stack(keys.map(weights)) }
    },
  }
}

function stateOf(keys: readonly number[]): ToyState {
  const key = tensor(keys, { dtype: 'int32' })
  return {
    key,
    carried: [
      tensor(
        keys.flatMap((k) => [0, k]),
        { dtype: 'int32', shape: [keys.length, 2, 1] },
      ),
    ],
  }
}

/** A continuation of a toy model's sequence, with everything that was drawn, the end symbol included. */
export interface Continuation {
  readonly drawn: number[]
  readonly logProb: number
}

/** All that there are: ended by the end symbol, or as long as can be. */
export function allContinuations(
  model: ToyModel,
  sequence: number,
  maxLength: number,
  endSymbol?: number,
): Continuation[] {
  const from = (drawn: number[], logProb: number): Continuation[] =>
    drawn.length === maxLength || (drawn.length > 0 && drawn.at(-1) === endSymbol)
      ? [{ drawn, logProb }]
      : Array.from(model.logProbs(sequence, drawn).data).flatMap((own, symbol) =>
          from([...drawn, symbol], logProb + own),
        )
  return from([], 0)
}

/** What was decoded, as it can be compared. */
export function plain<D extends Decoded>({ weights, ...rest }: D) {
  return { ...rest, weights: weights?.toArray() }
}
