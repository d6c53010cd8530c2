import { Adam, clipGradNorm, crossEntropy, decode } from '@unroll/rnn'
import { flip, Random, type Tensor } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { networks } from './support/networks.js'
import { type Kind, translator } from './support/translators.js'

const [symbols, length, batch] = [8, 5, 32]

// How far from its place attention may be: Bahdanau's asks before it knows what it has just read, and so less sharply.
test.each<[kind: Kind, off: number]>([
  ['Luong', 0],
  ['Bahdanau', 1],
])('sequences are reversed, and attention goes from their end to their beginning: %s', (kind, off) => {
  const rng = new Random(1)
  const sizes = { symbols, sourceSymbols: symbols, embeddingSize: 12, hiddenSize: 16, bidirectional: true }
  const model = translator(kind, networks[3], { ...sizes, rng })
  const parameters = model.parameters()
  const adam = new Adam(parameters, { lr: 0.02 })
  const drawn = (count: number): Tensor => rng.uniform([count, length], 1, symbols).cast('int32')
  for (let step = 0; step < 200; step++) {
    const source = drawn(batch)
    const target = flip(source, 1)
    const loss = crossEntropy(model.forward(source, target).logits, target)
    adam.zeroGrad()
    loss.backward()
    clipGradNorm(parameters, 1, { errorIfNonfinite: true })
    adam.step()
  }

  const unseen = drawn(100)
  const written = decode(model.step, model.start(unseen), { maxLength: length })
  const all = flip(unseen, 1).data
  const right = written.flatMap(({ symbols }) => symbols).filter((symbol, i) => symbol === all[i])
  expect(right.length / all.length).toBeGreaterThan(0.95)
  const looks = written.flatMap(({ weights }) => [...(weights as Tensor).argmax(-1).data])
  const there = looks.filter((s, i) => Math.abs(s - (length - 1 - (i % length))) <= off)
  expect(there.length / looks.length).toBeGreaterThan(0.9)
})
