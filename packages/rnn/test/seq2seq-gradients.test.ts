import { gradcheck, gradgradcheck } from '@unroll/autograd'
import { Random, tensor } from '@unroll/tensor'
import { describe, test } from 'vitest'
import { type Network, networks } from './support/networks.js'
import { packedFunction, packedPoint } from './support/parameters.js'
import { kinds, type TranslatorSizes, translator } from './support/translators.js'

const [tanhRNN, , lstm, gru] = networks
const source = tensor([[0, 1, 2], [3, 2, 0]], { dtype: 'int32' }) // biome-ignore format: a matrix
const target = tensor([[1, 2], [2, 1]], { dtype: 'int32' }) // biome-ignore format: a matrix

describe.each(kinds)('%s', (kind) => {
  test.each<[string, Network, Partial<TranslatorSizes>]>([
    ['from two directions, with a bridge', gru, { bidirectional: true }],
    ['of two layers', lstm, { numLayers: 2, hiddenSize: 1 }],
  ])('gradients by all parameters, %s', (_, network, sizes) => {
    const [f, point] = caseOf(network, sizes)
    gradcheck(f, [point])
  })

  test('second derivatives', () => {
    const [f, point] = caseOf(tanhRNN, { sourceSymbols: 3, hiddenSize: 1 })
    gradgradcheck(f, [point])
  })

  /** Logits and attention weights as a function of the parameters. */
  function caseOf(network: Network, sizes: Partial<TranslatorSizes>) {
    const model = translator(kind, network, { rng: new Random(1), dtype: 'float64', ...sizes })
    const words = source.clamp(0, (sizes.sourceSymbols ?? 4) - 1)
    const f = packedFunction(model, [], () => {
      const { logits, weights } = model.forward(words, target, { sourceLengths: [3, 2] })
      return weights ? [logits, weights.square()] : [logits]
    })
    return [f, packedPoint(model, [])] as const
  }
})
