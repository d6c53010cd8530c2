import { gradients, type Variable } from '@unroll/autograd'
import {
  crossEntropy,
  GRU,
  gradientNorms,
  Linear,
  LSTM,
  LSTMCell,
  Recurrent,
  RNN,
  type State,
} from '@unroll/rnn'
import { full, Random, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, examples, layerWithInput, lengthsOf, networks, sizes } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

test.each(networks)('$name: the gradient by each h is what a change of it makes of the loss', (network) => {
  fc.assert(
    fc.property(sizes(4), (drawn) => {
      const { layer, x, rng } = layerWithInput(network, drawn)
      const lengths = rng.next() < 0.5 ? lengthsOf(drawn, rng) : undefined
      const loss = () => layer.forward(x, undefined, { lengths })[0].square().sum()
      const found = gradientNorms(layer, loss)
      expect(found.map(({ layer, reverse }) => [layer, reverse])).toEqual(
        layer.cells.map((_, k) => {
          const directions = layer.bidirectional ? 2 : 1
          return [Math.floor(k / directions), k % directions === 1]
        }),
      )
      const hidden: Variable[] = []
      layer.onStep = ({ state }) => void hidden.push(state.h)
      const y = loss()
      layer.onStep = undefined
      // At the step of a cell that is done last, only its output counts: 2 h there, in the top layer.
      const top = found.length - 1
      const T = drawn.time
      const last = layer.bidirectional ? 0 : T - 1
      if (!lengths) {
        const h = hidden[hidden.length - 1]
        const norm = Math.hypot(...h.data.map((value) => 2 * value))
        expect(found[top].norms[last]).toBeCloseTo(norm, 8)
      }
      expect(found.every(({ norms }) => norms.length === T)).toBe(true)
      const total = gradients(y, hidden, { allowUnused: true })
      expect(found.flatMap(({ norms }) => norms).reduce((a, b) => a + b)).toBeCloseTo(
        total.reduce((sum, dh) => sum + Math.hypot(...dh.data), 0),
        8,
      )
    }),
    examples(15),
  )
})

test('in a linear network the gradient shrinks by the recurrent weight at each step back', () => {
  const rnn = new RNN(1, 1, { nonlinearity: 'relu', bias: false, rng: new Random(1) })
  rnn.cells[0].weightIh.value.fill(1)
  rnn.cells[0].weightHh.value.fill(0.5)
  const loss = () => rnn.forward(full([1, 4, 1], 1))[1].h.sum()
  expect(gradientNorms(rnn, loss)[0].norms).toEqual([0.125, 0.25, 0.5, 1])
  const back = new RNN(1, 1, { nonlinearity: 'relu', bias: false, reverse: true, rng: new Random(1) })
  back.loadStateDict(rnn.stateDict())
  expect(gradientNorms(back, () => back.forward(full([1, 4, 1], 1))[1].h.sum())[0].norms).toEqual([
    1, 0.5, 0.25, 0.125,
  ])
})

test('an LSTM that is to remember passes on what a tanh RNN loses', () => {
  const norms = (layer: Recurrent<State>) => {
    const loss = () =>
      layer
        .forward(new Random(2).normal([4, 60, 2]))[0]
        .slice(null, -1)
        .sum()
    const [{ norms }] = gradientNorms(layer, loss)
    return norms[0] / norms[59]
  }
  const rng = new Random(3)
  expect(norms(new LSTM(2, 16, { forgetBias: 3, rng }))).toBeGreaterThan(
    1000 * norms(new RNN(2, 16, { rng })),
  )
})

test('finds the layer within a model, and leaves gradients and layer as they were', () => {
  const rng = new Random(4)
  const gru = new GRU(2, 3, { rng })
  const head = new Linear(3, 2, { rng })
  const [x] = draw(rng, [2, 5, 2])
  const [{ norms }] = gradientNorms(gru, () =>
    crossEntropy(head.forward(gru.forward(x)[0].slice(null, -1)), tensor([0, 1], { dtype: 'int32' })),
  )
  expect(norms.every((norm) => norm > 0)).toBe(true)
  expect([...gru.parameters(), ...head.parameters()].every(({ grad }) => grad === undefined)).toBe(true)
  expect(gru.onStep).toBeUndefined()
})

describe('refused', () => {
  const rng = new Random(5)
  const layer = new Recurrent(2, (size) => new LSTMCell(size, 3, { rng }))
  const x = rng.normal([1, 2, 2])
  const once = () => layer.forward(x)[0].sum()
  expectRefusals([
    [
      'no layer',
      () => gradientNorms(wrong({}), once),
      /^gradientNorms: wants a recurrent layer, got Object$/,
    ],
    [
      'a loss without it',
      () => gradientNorms(layer, () => new GRU(2, 3, { rng }).forward(x)[0].sum()),
      /^gradientNorms: the loss was computed without running the layer$/,
    ],
    [
      'a loss that runs it twice',
      () => gradientNorms(layer, () => once().add(once())),
      /^gradientNorms: the layer was run more than once/,
    ],
    [
      'a loss of several elements',
      () => gradientNorms(layer, () => layer.forward(x)[0]),
      /^gradients: wants the gradient dy for a result of shape \[1, 2, 3\]/,
    ],
    [
      'checkpoints',
      () => gradientNorms(layer, () => layer.forward(x, undefined, { checkpointEvery: 1 })[0].sum()),
      /^Recurrent: onStep sees each step once, and checkpointEvery runs them again/,
    ],
  ])
})
