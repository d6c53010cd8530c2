import { NGram } from '../baselines.js'
import type { Score } from '../evaluate.js'
import type { Run } from '../run.js'
import type { Streams } from '../text/batches.js'

/** What a run came to. */
export interface Outcome {
  baselines: Baselines
  /** On the whole of the held-out text. */
  score: Score
  /** To write one. */
  secondsPerCharacter: number
  /** Of the whole process. */
  peakBytes: number
}

/** The scores of models that only count, on the same text as the model's. */
export interface Baselines {
  unigram: Score
  trigram: Score
}

/** Makes the baselines from the training text and scores them on the very characters that the model is scored on. */
export function scoreBaselines({ vocabulary }: Run, training: Streams, heldOut: Streams): Baselines {
  const score = (order: number) => new NGram(training.text, order, vocabulary.size).score(heldOut.covered)
  return { unigram: score(1), trigram: score(3) }
}
