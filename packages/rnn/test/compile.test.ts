import { noGrad, type Variable, variable } from '@unroll/autograd'
import { compile, Dropout, Embedding, GRU, Linear, LSTM, RNN, Sequential, type State } from '@unroll/rnn'
import { allClose, Random, reference, Tensor, tensor, withKernels } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import {
  type AnyState,
  examples,
  type Network,
  networks,
  partsOf,
  type Sizes,
  sizes,
  stateOf,
} from './support/networks.js'

describe.each(networks)('a session of $name', (network) => {
  const forAll = (body: (drawn: Sizes) => void) => fc.assert(fc.property(sizes(19), body), examples(20))

  test('gives, step by step, what forward gives at once', () =>
    forAll((drawn) => {
      const { layer, x, state, session } = layerAndSession(network, drawn)
      const [output, end] = noGrad(() => layer.forward(x, state))
      if (state) session.states = [state]
      const steps = [...x.squeeze(0)].map(({ data }) => session.step(data).slice())
      steps.forEach((y, t) => {
        expectNear(Tensor.from(y, [layer.outputSize]), output.value.slice(0, t))
      })
      expectSameState(network, session.states[0], end)
    }))

  test('takes over from forward, and hands over to it', () =>
    forAll((drawn) => {
      const { layer, x, session } = layerAndSession(network, { ...drawn, time: 6 })
      const [first, second, third] = x.split(2, 1)
      const [outputs, end] = noGrad(() => layer.forward(x))
      const [, before] = noGrad(() => layer.forward(first))
      session.states = [before]
      for (const step of second.squeeze(0)) session.step(step.data)
      const [last, after] = noGrad(() => layer.forward(third, session.states[0]))
      expectNear(last.value, outputs.value.slice(null, [4, 6]))
      expectSameState(network, after, end)
    }))

  test('of its cell is the cell, stepped', () =>
    forAll(({ inputSize, hiddenSize, bias, seed }) => {
      const rng = new Random(seed)
      const cell = network.cell(inputSize, hiddenSize, { bias, rng })
      const session = compile([cell])
      let state = cell.zeroState(1)
      for (let t = 0; t < 3; t++) {
        const x = rng.normal([1, inputSize])
        state = noGrad(() => cell.step(x, state))
        expectNear(Tensor.from(session.step(x.data).slice(), [1, hiddenSize]), state.h.value)
      }
      expectSameState(network, session.states[0], state)
      session.states = [state]
      expect(session.states[0].h.shape).toEqual([1, hiddenSize])
    }))
})

describe('a session of a language model', () => {
  const rng = new Random(1)
  const embedding = new Embedding(7, 5, { rng })
  const lstm = new LSTM(5, 9, { numLayers: 2, dropout: 0.5, rng })
  const gru = new GRU(9, 6, { rng })
  const output = new Linear(6, 7, { rng })
  const tokens = [3, 1, 4, 1, 5, 6, 2]
  const forward = () =>
    noGrad(() => {
      const x = embedding.forward(Tensor.from(Int32Array.from(tokens), [1, tokens.length]))
      const [a, { h, c }] = lstm.eval().forward(x)
      const [b, state] = gru.forward(a)
      return { logits: output.forward(b).value.squeeze(0), states: [{ h, c }, state] as State[] }
    })
  const modules = [embedding, lstm, new Dropout(0.5, { rng }), gru, output]
  const steps = (session: ReturnType<typeof compile>) =>
    Tensor.from(Float32Array.from(tokens.flatMap((token) => [...session.step(token)])), [tokens.length, 7])

  test('gives the logits of its modules, and their states', () => {
    const session = compile(modules)
    const { logits, states } = forward()
    expectNear(steps(session), logits)
    states.forEach((state, i) => {
      for (const [name, part] of Object.entries(state))
        expectNear((session.states[i] as Record<string, Variable>)[name].value, part.value)
    })
  })

  test('is the same in a Sequential, and with the reference kernels', () => {
    const { logits } = forward()
    const [first, second] = [new Linear(5, 4, { rng }), new Linear(4, 3, { bias: false, rng })]
    const nested = compile([
      new Sequential(embedding, new Sequential(first, new Dropout(0.1, { rng }), second)),
    ])
    const expected = noGrad(() =>
      second.forward(first.forward(embedding.forward(tensor([4], { dtype: 'int32' })))),
    )
    expectNear(Tensor.from(nested.step(4).slice(), [1, 3]), expected.value)
    expectNear(
      withKernels(reference, () => steps(compile(modules))),
      logits,
    )
  })

  test('begins anew after reset', () => {
    const session = compile(modules)
    const first = steps(session)
    expect(allClose(steps(session), first)).toBe(false)
    session.reset()
    expect(steps(session).equal(first).all().item()).toBe(1)
  })

  test('sees other weights after reload, and keeps its state', () => {
    const session = compile(modules)
    steps(session)
    const { states } = session
    const before = session.step(0).slice()
    output.bias?.value.assign(output.bias.value.add(1))
    session.states = states
    expect([...session.step(0)]).toEqual([...before])
    session.states = states
    session.reload()
    expectNear(tensor([...session.step(0)]), tensor([...before]).add(1))
  })

  test('gives copies of its states', () => {
    const session = compile(modules)
    const [{ h }] = session.states
    session.step(0)
    expect([...h.data]).toEqual(new Array(18).fill(0))
  })

  test('takes states without a batch', () => {
    const rnn = new RNN(2, 3, { numLayers: 2, rng })
    const [, { h }] = noGrad(() => rnn.forward(rng.normal([4, 2])))
    const session = compile([rnn])
    session.states = [{ h }]
    expect(session.states[0].h.value.equal(h.value.unsqueeze(1)).all().item()).toBe(1)
  })

  test('of float64 computes in float64', () => {
    const options = { rng, dtype: 'float64' } as const
    const linear = new Linear(3, 2, options)
    const [x] = [rng.normal([3], 0, 1, { dtype: 'float64' })]
    const y = noGrad(() => linear.forward(x))
    expect(
      allClose(tensor([...compile([linear]).step(x.data)], { dtype: 'float64' }), y.value, { rtol: 1e-15 }),
    ).toBe(true)
    expect(compile([new LSTM(2, 3, options)]).states[0].h.dtype).toBe('float64')
  })
})

/** A layer in one direction with an input for one sequence, perhaps a state, and a session of it. */
function layerAndSession(network: Network, sizes: Sizes) {
  const { inputSize, hiddenSize, numLayers, time, bias, withState, seed } = sizes
  const rng = new Random(seed)
  const layer = network.layer(inputSize, hiddenSize, { numLayers, bias, rng })
  const parts = network.parts.map(() => variable(rng.normal([numLayers, 1, hiddenSize])))
  const state = withState ? stateOf(network, parts) : undefined
  return { layer, x: rng.normal([1, time, inputSize]), state, session: compile([layer]) }
}

function expectSameState(network: Network, actual: AnyState, expected: AnyState): void {
  const wanted = partsOf(network, expected)
  partsOf(network, actual).forEach((part, i) => {
    expectNear(part.value, wanted[i].value)
  })
}

function expectNear(actual: Tensor, expected: Tensor): void {
  expectClose(actual, expected, { rtol: 1e-5, atol: 1e-5 })
}
