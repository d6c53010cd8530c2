import { noGrad } from '@unroll/autograd'
import { crossEntropy, type State } from '@unroll/rnn'
import { argmax, equal, sum } from '@unroll/tensor'
import type { CharModel } from './model.js'
import type { Streams } from './text/batches.js'

/** How well the next character is predicted. */
export interface Score {
  /** Cross-entropy, in bits per character. */
  bits: number
  /** The share of characters that were thought the likeliest. */
  accuracy: number
}

/** Scores a model on the targets of the streams' first windows (all, by default), the state carried from one to the next. */
export function evaluate(model: CharModel, streams: Streams, windows = streams.windows): Score {
  let count = 0
  let nats = 0
  let hits = 0
  let state: State | undefined
  model.eval()
  noGrad(() => {
    for (let i = 0; i < Math.min(windows, streams.windows); i++) {
      const { inputs, targets } = streams.window(i)
      const [logits, next] = model.forward(inputs, state)
      nats += crossEntropy(logits, targets, { reduction: 'sum' }).item()
      hits += sum(equal(argmax(logits.value, -1), targets)).item()
      count += targets.size
      state = next
    }
  })
  model.train()
  return { bits: toBits(nats / count), accuracy: hits / count }
}

/** Nats, which natural logarithms give, to bits. */
export function toBits(nats: number): number {
  return nats / Math.LN2
}
