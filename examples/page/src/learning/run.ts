import type { Variable } from '@unroll/autograd'
import { Adam, clipGradNorm, crossEntropy, type WindowBatch } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { vocabulary } from '../text.js'
import { CharModel } from './model.js'
import { type SizeName, sizes } from './sizes.js'

/** A training between two steps: a model, what the optimiser remembers, and how it went. All of it is the host's. */
export class Run {
  readonly model: CharModel
  readonly optimizer: Adam
  /** The loss of each step, in bits per character. */
  losses: number[] = []

  constructor(readonly size: SizeName) {
    const { hidden, lr } = sizes[size]
    this.model = new CharModel(vocabulary.size, hidden, new Random(1))
    this.optimizer = new Adam(this.model.parameters(), { lr })
  }

  /** Steps done. */
  get step(): number {
    return this.losses.length
  }

  /** One step, written as always. It is this function that is compiled for the device. */
  readonly learn = ({ x, y }: WindowBatch): Variable => {
    this.optimizer.zeroGrad()
    const loss = crossEntropy(this.model.forward(x), y)
    loss.backward()
    clipGradNorm(this.model.parameters(), 1)
    this.optimizer.step()
    return loss
  }
}
