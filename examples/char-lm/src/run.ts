import { Adam, type State } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import type { Config } from './config.js'
import { CharModel } from './model.js'
import type { Vocabulary } from './text/vocabulary.js'

/** A training run between two of its steps: all that it takes to go on as if it had never stopped. */
export class Run {
  readonly random: Random
  readonly model: CharModel
  readonly optimizer: Adam
  /** What the network carries from the last window into the next one. */
  state: State | undefined
  /** Steps done. It is the position in the text, too: see `Streams.window`. */
  step = 0
  /** Time spent in training. */
  seconds = 0
  history: History = { loss: [], gradientNorm: [], heldOut: [] }

  constructor(
    readonly config: Config,
    /** Steps to do in all. */
    public steps: number,
    readonly vocabulary: Vocabulary,
    /** Of the text that is learnt. */
    readonly fingerprint: string,
  ) {
    this.random = new Random(config.seed)
    this.model = new CharModel(vocabulary.size, config, this.random)
    this.optimizer = new Adam(this.model.parameters(), { lr: config.lr })
  }
}

/** What was seen on the way; losses are in bits per character. */
export interface History {
  /** The loss of each step. */
  loss: number[]
  /** The norm of each step's gradient, before clipping. */
  gradientNorm: number[]
  /** Now and then: the loss on held-out text after so many steps. */
  heldOut: { step: number; loss: number }[]
}
