import type { Variable } from '@unroll/autograd'
import { Adam, clipGradNorm, crossEntropy, Embedding, Linear, Module, type Recurrent } from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { type AnyState, networks } from './support/networks.js'

const [symbols, length, batch] = [4, 6, 32]

/** Reads a sequence, then says what its first symbol was. */
class Recaller extends Module {
  readonly embedding: Embedding
  readonly memory: Recurrent<AnyState>
  readonly head: Linear

  constructor(makeLayer: (typeof networks)[number]['layer'], rng: Random) {
    super()
    this.embedding = new Embedding(symbols, 8, { rng })
    this.memory = makeLayer(8, 16, { rng })
    this.head = new Linear(16, symbols, { rng })
  }

  forward(sequences: Tensor): Variable {
    const [output] = this.memory.forward(this.embedding.forward(sequences))
    return this.head.forward(output.slice(null, -1))
  }
}

test.each(networks.filter(({ name }) => name !== 'RNN (relu)'))(
  'the first symbol is recalled: $name',
  ({ layer }) => {
    const rng = new Random(1)
    const model = new Recaller(layer, rng)
    const parameters = model.parameters()
    const adam = new Adam(parameters, { lr: 0.02 })
    const losses: number[] = []
    for (let step = 0; step < 150; step++) {
      const sequences = rng.uniform([batch, length], 0, symbols).cast('int32')
      const loss = crossEntropy(model.forward(sequences), sequences.slice(null, 0))
      adam.zeroGrad()
      loss.backward()
      clipGradNorm(parameters, 1, { errorIfNonfinite: true })
      adam.step()
      losses.push(loss.item())
    }
    // A guess costs log 4 = 1.39.
    expect(losses[0]).toBeGreaterThan(1.2)
    expect(Math.max(...losses.slice(-10))).toBeLessThan(0.1)

    const unseen = rng.uniform([100, length], 0, symbols).cast('int32')
    const right = model.forward(unseen).value.argmax(-1).equal(unseen.slice(null, 0))
    expect(right.sum().item()).toBeGreaterThanOrEqual(98)
  },
)
