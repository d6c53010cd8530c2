import {
  concat,
  gradients,
  noGrad,
  parameter,
  stack,
  unbind,
  type Variable,
  variable,
} from '@unroll/autograd'
import { GRU, LSTM, type Recurrent, RNN } from '@unroll/rnn'
import { Random, type Tensor, tensor, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import {
  type AnyState,
  draw,
  examples,
  layerWithInput,
  lengthsOf,
  type Network,
  networks,
  partsOf,
  type Sizes,
  sizes,
  stateOf,
} from './support/networks.js'

describe.each(networks)('$name', (network) => {
  const forAll = (body: (drawn: Sizes) => void) => fc.assert(fc.property(sizes(5), body), examples(20))
  const forAllForward = (body: (drawn: Sizes) => void) =>
    forAll((drawn) => body({ ...drawn, bidirectional: false }))
  const forward = (layer: Recurrent<AnyState>, x: Variable, parts: readonly Variable[]) => {
    const [output, end] = layer.forward(x, stateOf(network, parts))
    return [output, ...partsOf(network, end)]
  }

  test('is its cells, stepped by hand', () =>
    forAllForward((drawn) => {
      const { layer, x, parts } = layerWithInput(network, drawn)
      expectSame(layer, layer, [x, ...parts], forward, (layer, x, parts) =>
        stepByHand(network, layer, x, parts),
      )
    }))

  test('a cell without a batch is a batch of one', () =>
    forAll(({ inputSize, hiddenSize, withState, seed }) => {
      const rng = new Random(seed)
      const cell = network.cell(inputSize, hiddenSize, { rng, dtype: 'float64' })
      const [x, ...parts] = draw(rng, [1, inputSize], ...network.parts.map(() => [1, hiddenSize]))
      const state = withState
        ? stateOf(
            network,
            parts.map((part) => variable(part)),
          )
        : undefined
      const single = withState
        ? stateOf(
            network,
            parts.map((part) => variable(part.squeeze(0))),
          )
        : undefined
      const expected = partsOf(network, cell.step(x, state))
      const found = partsOf(network, cell.step(x.squeeze(0), single))
      found.forEach((part, k) => {
        expect(part.shape).toEqual([hiddenSize])
        expect(part.data).toEqual(expected[k].data)
      })
    }))

  test('with batchFirst: false is the same, transposed', () =>
    forAll((drawn) => {
      const { layer, x, parts } = layerWithInput(network, drawn)
      const timeFirst = layerWithInput(network, drawn, { batchFirst: false }).layer
      expectSame(layer, timeFirst, [x, ...parts], forward, (layer, x, parts) => {
        const [output, ...end] = forward(layer, x.transpose(0, 1), parts)
        return [output.transpose(0, 1), ...end]
      })
    }))

  test.each([true, false])('without a batch is a batch of one (batchFirst: %s)', (batchFirst) =>
    forAll((drawn) => {
      const { layer, x, parts } = layerWithInput(network, { ...drawn, batch: 1 }, { batchFirst })
      const batchAxis = batchFirst ? 0 : 1
      const inputs = [batchFirst ? x : x.transpose(0, 1), ...parts]
      expectSame(layer, layer, inputs, forward, (layer, x, parts) => {
        const state = parts.map((part) => part.squeeze(1))
        const [output, ...end] = forward(layer, x.squeeze(batchAxis), state)
        return [output.unsqueeze(batchAxis), ...end.map((part) => part.unsqueeze(1))]
      })
    }),
  )

  test('over a batch is itself over each sequence', () =>
    forAll((drawn) => {
      const { layer, x, parts } = layerWithInput(network, drawn)
      expectSame(layer, layer, [x, ...parts], forward, (layer, x, parts) => {
        const states = parts.map((part) => unbind(part, 1))
        const each = unbind(x).map((sequence, b) =>
          forward(
            layer,
            sequence,
            states.map((list) => list[b]),
          ),
        )
        const joined = (k: number, axis: number) =>
          stack(
            each.map((results) => results[k]),
            axis,
          )
        return [joined(0, 0), ...network.parts.map((_, k) => joined(k + 1, 1))]
      })
    }))

  test('over a sequence is itself over its parts, with the state carried along', () =>
    forAllForward((drawn) => {
      const { layer, x, parts } = layerWithInput(network, { ...drawn, time: drawn.time + 1 })
      const cut = 1 + (drawn.seed % drawn.time)
      expectSame(layer, layer, [x, ...parts], forward, (layer, x, parts) => {
        const [first, ...state] = forward(layer, x.slice(null, [0, cut]), parts)
        const [second, ...end] = forward(layer, x.slice(null, [cut, null]), state)
        return [concat([first, second], 1), ...end]
      })
    }))

  test('with lengths is itself over each sequence, cut to its length', () =>
    forAll((drawn) => {
      const { layer, x, parts, rng } = layerWithInput(network, drawn)
      const lengths = lengthsOf(drawn, rng)
      const padded = (layer: Recurrent<AnyState>, x: Variable, parts: readonly Variable[]) => {
        const [output, end] = layer.forward(x, stateOf(network, parts), { lengths })
        return [output, ...partsOf(network, end)]
      }
      expectSame(layer, layer, [x, ...parts], padded, (layer, x, parts) => {
        const states = parts.map((part) => unbind(part, 1))
        const each = unbind(x).map((sequence, b) => {
          const [output, ...end] = forward(
            layer,
            sequence.slice([0, lengths[b]]),
            states.map((list) => list[b]),
          )
          return [
            output.pad([
              [0, drawn.time - lengths[b]],
              [0, 0],
            ]),
            ...end,
          ]
        })
        const joined = (k: number, axis: number) =>
          stack(
            each.map((results) => results[k]),
            axis,
          )
        return [joined(0, 0), ...network.parts.map((_, k) => joined(k + 1, 1))]
      })
    }))

  test('in the backward direction is a layer over the flipped sequence', () =>
    forAll((drawn) => {
      const both = layerWithInput(network, { ...drawn, numLayers: 1, bidirectional: true })
      const alone = layerWithInput(network, { ...drawn, numLayers: 1, bidirectional: false }).layer
      const { layer, x, parts } = both
      const values = Object.entries(layer.stateDict())
      const suffix = '_reverse'
      alone.loadStateDict(
        Object.fromEntries(
          values.flatMap(([key, value]) =>
            key.endsWith(suffix) ? [[key.slice(0, -suffix.length), value]] : [],
          ),
        ),
      )
      const H = drawn.hiddenSize
      const [output, ...end] = forward(
        layer,
        parameter(x),
        parts.map((part) => parameter(part)),
      )
      const [flipped, ...flippedEnd] = forward(
        alone,
        parameter(x.flip(1)),
        parts.map((part) => parameter(part.slice([1, 2]))),
      )
      expectClose(output.slice(null, null, [H, null]), flipped.flip(1), rounding)
      end.forEach((part, k) => {
        expectClose(part.slice([1, 2]), flippedEnd[k], rounding)
      })
    }))

  test('goes on from a detached state just so, and no gradient goes back through it', () => {
    const drawn = {
      inputSize: 3,
      hiddenSize: 4,
      numLayers: 2,
      batch: 2,
      time: 4,
      bidirectional: false,
      bias: true,
      withState: true,
    }
    const { layer, x, parts } = layerWithInput(network, { ...drawn, seed: 5 })
    const early = parameter(x.slice(null, [0, 2]))
    const late = parameter(x.slice(null, [2, 4]))
    const [, ...state] = forward(
      layer,
      early,
      parts.map((part) => parameter(part)),
    )
    const [carried] = forward(layer, late, state)
    const [detached] = forward(
      layer,
      late,
      state.map((part) => part.detach()),
    )
    expect(detached.toArray()).toEqual(carried.toArray())
    const flowing = (output: Variable, x: Variable) =>
      gradients(output.sum(), [x], { allowUnused: true })[0].abs().sum().item()
    expect(flowing(carried, early)).toBeGreaterThan(0)
    expect(flowing(detached, early)).toBe(0)
    expect(flowing(detached, late)).toBeGreaterThan(0)
  })

  test('starts from its zeroState when given none', () =>
    forAll((drawn) => {
      const { layer, x } = layerWithInput(network, drawn)
      const zero = layer.zeroState(drawn.batch)
      for (const part of partsOf(network, zero)) {
        const cells = drawn.numLayers * (drawn.bidirectional ? 2 : 1)
        expect(part.shape).toEqual([cells, drawn.batch, drawn.hiddenSize])
        expect(part.dtype).toBe('float64')
        expect(part.value.any().item()).toBe(0)
      }
      const [given, givenEnd] = layer.forward(x, zero)
      const [output, end] = layer.forward(x)
      expect(output.toArray()).toEqual(given.toArray())
      expect(end.h.toArray()).toEqual(givenEnd.h.toArray())
    }))

  test('ends with the last output as the h of its last layer', () =>
    forAllForward((drawn) => {
      const { layer, x } = layerWithInput(network, drawn)
      const [output, { h }] = layer.forward(x)
      expect(h.slice(-1).toArray()).toEqual(output.slice(null, -1).toArray())
    }))

  test('takes an empty batch', () => {
    const drawn = {
      inputSize: 2,
      hiddenSize: 3,
      numLayers: 2,
      batch: 0,
      time: 4,
      bidirectional: true,
      bias: true,
      withState: true,
    }
    const { layer, x, parts } = layerWithInput(network, { ...drawn, seed: 1 })
    const [output, ...end] = forward(
      layer,
      parameter(x),
      parts.map((part) => parameter(part)),
    )
    expect(output.shape).toEqual([0, 4, 6])
    expect(end.map(({ shape }) => shape)).toEqual(network.parts.map(() => [4, 0, 3]))
  })

  test('runs without a tape under noGrad, to the same result', () => {
    const layer = network.layer(3, 4, { numLayers: 2, rng: new Random(1) })
    const x = new Random(2).normal([2, 5, 3])
    const [quiet, { h }] = noGrad(() => layer.forward(x))
    expect([quiet.requiresGrad, h.requiresGrad]).toEqual([false, false])
    expect(quiet.toArray()).toEqual(layer.forward(x)[0].toArray())
  })
})

test('a layer of two directions has the parameters of two, by PyTorch’s names and sizes', () => {
  const layer = new GRU(3, 4, { numLayers: 2, bidirectional: true, bias: false, rng: new Random(1) })
  expect([...layer.namedParameters()].map(([key, { shape }]) => [key, shape])).toEqual([
    ['weight_ih_l0', [12, 3]],
    ['weight_hh_l0', [12, 4]],
    ['weight_ih_l0_reverse', [12, 3]],
    ['weight_hh_l0_reverse', [12, 4]],
    ['weight_ih_l1', [12, 8]],
    ['weight_hh_l1', [12, 4]],
    ['weight_ih_l1_reverse', [12, 8]],
    ['weight_hh_l1_reverse', [12, 4]],
  ])
  const [output, { h }] = layer.forward(zeros([5, 7, 3]))
  expect([output.shape, h.shape]).toEqual([
    [5, 7, 8],
    [4, 5, 4],
  ])
})

test('lengths are numbers or a tensor, of a batch or of one sequence, in either layout', () => {
  const make = (batchFirst: boolean) => new LSTM(3, 4, { batchFirst, rng: new Random(1) })
  const x = new Random(2).normal([2, 5, 3])
  const [output, { c }] = make(true).forward(x, undefined, { lengths: [2, 5] })
  expect(output.slice(0, [2, null]).value.any().item()).toBe(0)
  const lengths = tensor([2, 5], { dtype: 'int32' })
  expect(make(true).forward(x, undefined, { lengths })[0].toArray()).toEqual(output.toArray())
  const [timeFirst] = make(false).forward(x.transpose(0, 1), undefined, { lengths })
  expect(timeFirst.transpose(0, 1).toArray()).toEqual(output.toArray())
  const [alone, end] = make(true).forward(x.slice(0), undefined, { lengths: [2] })
  expectClose(alone, output.slice(0), { rtol: 1e-6, atol: 1e-6 })
  expectClose(end.c, c.slice(null, 0), { rtol: 1e-6, atol: 1e-6 })
})

test('the parts of a state may come in any order, and with others', () => {
  const layer = new LSTM(3, 4, { rng: new Random(1) })
  const x = new Random(2).normal([2, 5, 3])
  const [, { h, c }] = layer.forward(x)
  const reordered = { z: h, c, h }
  expect(layer.forward(x, reordered)[0].toArray()).toEqual(layer.forward(x, { h, c })[0].toArray())
})

test('input of another float dtype is computed in the larger one', () => {
  const layer = new GRU(3, 4, { rng: new Random(1), dtype: 'float64' })
  const x = parameter(new Random(2).normal([2, 5, 3]))
  const [output] = layer.forward(x)
  expect(output.toArray()).toEqual(layer.forward(x.cast('float64'))[0].toArray())
  output.sum().backward()
  expect([x.grad?.dtype, layer.cells[0].weightHh.grad?.dtype]).toEqual(['float32', 'float64'])
  expect(new GRU(3, 4, { rng: new Random(1) }).forward(x.cast('float64'))[0].dtype).toBe('float64')
})

describe('dropout between layers', () => {
  const rng = () => new Random(3)
  const x = new Random(4).normal([2, 6, 3])

  test.each(Object.entries({ RNN, LSTM, GRU }))('%s drops in training only', (_, Layer) => {
    const layer = new Layer(3, 8, { numLayers: 2, dropout: 0.5, rng: rng() })
    const plain = new Layer(3, 8, { numLayers: 2, rng: rng() })
    const [once, again] = [layer.forward(x)[0], layer.forward(x)[0]]
    expect(once.toArray()).not.toEqual(again.toArray())
    layer.eval()
    expect(layer.forward(x)[0].toArray()).toEqual(plain.forward(x)[0].toArray())
    layer.train()
    expect(layer.forward(x)[0].toArray()).not.toEqual(plain.forward(x)[0].toArray())
  })

  test('goes by the seed', () => {
    const make = () => new GRU(3, 8, { numLayers: 3, dropout: 0.3, rng: rng() })
    expect(make().forward(x)[0].toArray()).toEqual(make().forward(x)[0].toArray())
  })

  test('leaves the first layer and the last output alone', () => {
    // All that the first layer gives is dropped, and the second has a bias only: its first output is that of
    // an input of zeros. An output that was dropped itself would be 0.
    const layer = new RNN(3, 8, { numLayers: 2, dropout: 1, rng: rng() })
    const [output, { h }] = layer.forward(x)
    const [, upper] = layer.cells
    const zero = new Random(0).normal([2, 8]).mul(0)
    expectClose(output.slice(null, 0), upper.step(zero).h, { rtol: 1e-6, atol: 1e-6 })
    expect(output.notEqual(0).all().item()).toBe(1)
    const plain = new RNN(3, 8, { numLayers: 2, rng: rng() })
    expect(h.slice(0).toArray()).toEqual(plain.forward(x)[1].h.slice(0).toArray())
  })

  test('scales what is left, element by element and step by step', () => {
    // A second layer that only adds what it reads: relu of W x with W = 1 and nothing recurrent.
    const layer = new RNN(1, 1, { numLayers: 2, dropout: 0.25, nonlinearity: 'relu', rng: rng() })
    for (const cell of layer.cells) {
      cell.weightIh.value.fill(1)
      cell.weightHh.value.fill(0)
      cell.biasIh?.value.fill(0)
      cell.biasHh?.value.fill(0)
    }
    const ones = new Random(0).bernoulli([1, 4000, 1], 1)
    const [output] = layer.forward(ones)
    const kept = Array.from(output.data).filter((y) => y !== 0)
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]))
    // Five standard errors.
    expect(Math.abs(kept.length / 4000 - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / 4000))
  })
})

type Way = (layer: Recurrent<AnyState>, x: Variable, parts: readonly Variable[]) => Variable[]

/** Sums may be taken in another order, no more. */
const rounding = { rtol: 1e-12, atol: 1e-12 }

/** Asserts that two ways give the same results, and the same gradients by the inputs and the layers' parameters. */
function expectSame(
  layer: Recurrent<AnyState>,
  otherLayer: Recurrent<AnyState>,
  inputs: readonly Tensor[],
  way: Way,
  otherWay: Way,
): void {
  const expected = resultsAndGradients(layer, inputs, way)
  const actual = resultsAndGradients(otherLayer, inputs, otherWay)
  expect(actual.length).toBe(expected.length)
  actual.forEach((value, i) => expectClose(value, expected[i], rounding, `result or gradient ${i}`))
}

function resultsAndGradients(layer: Recurrent<AnyState>, inputs: readonly Tensor[], way: Way): Variable[] {
  const [x, ...parts] = inputs.map((input) => parameter(input))
  const results = way(layer, x, parts)
  const rng = new Random(9)
  const loss = results
    .map((y) => y.mul(rng.normal(y.shape, 0, 1, { dtype: 'float64' })).sum())
    .reduce((total, term) => total.add(term))
  return [...results, ...gradients(loss, [x, ...parts, ...layer.parameters()])]
}

/** Every cell over every step, one at a time. */
function stepByHand(
  network: Network,
  { cells }: Recurrent<AnyState>,
  x: Variable,
  parts: readonly Variable[],
): Variable[] {
  let inputs = unbind(x, 1)
  const ends = cells.map((cell, layer) => {
    let state = stateOf(
      network,
      parts.map((part) => part.slice(layer)),
    )
    inputs = inputs.map((input) => {
      state = cell.step(input, state)
      return state.h
    })
    return partsOf(network, state as AnyState)
  })
  return [stack(inputs, 1), ...network.parts.map((_, k) => stack(ends.map((end) => end[k])))]
}
