import { add, concat, gradcheck, gradgradcheck, mul, noGrad, type Variable, variable } from '@unroll/autograd'
import {
  Bidirectional,
  Cell,
  GRU,
  GRUCell,
  LayerNormalized,
  LSTM,
  LSTMCell,
  type LSTMState,
  Recurrent,
  Residual,
  RNNCell,
  type State,
  VariationalDropout,
  Zoneout,
} from '@unroll/rnn'
import { Random, Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnyState, draw, examples, networks } from './support/networks.js'
import { packedFunction, packedPoint } from './support/parameters.js'
import { expectRefusals, wrong } from './support/refusals.js'

/** A cell of one's own: no weights but one number, no kernel, no gates. */
class Leaky extends Cell {
  readonly stateSizes: { h: number }

  constructor(readonly inputSize: number) {
    super()
    this.stateSizes = { h: inputSize }
  }

  advance(x: Variable, { h }: State): State {
    return { h: add(mul(h, 0.9), mul(x, 0.1)) }
  }
}

type Wrap = (cell: Cell<AnyState>, rng: Random) => Cell<AnyState>

const wrappers: [name: string, wrap: Wrap][] = [
  ['variational dropout', (cell, rng) => new VariationalDropout(cell, { input: 0.3, hidden: 0.4, rng })],
  ['zoneout', (cell, rng) => new Zoneout(cell, { h: 0.3 }, { rng })],
  ['layer normalisation', (cell) => new LayerNormalized(cell)],
  ['residual', (cell) => new Residual(cell)],
  [
    'all of them',
    (cell, rng) =>
      new Residual(
        new VariationalDropout(new Zoneout(new LayerNormalized(cell), { h: 0.2 }, { rng }), {
          hidden: 0.4,
          rng,
        }),
      ),
  ],
]

describe.each(networks)('around $name', (network) => {
  const cellOf = (size: number, rng: Random) => network.cell(size, size, { rng, dtype: 'float64' })

  describe.each(wrappers)('%s', (_, wrap) => {
    const layerOf = (seed: number, size: number, options = {}) => {
      const rng = new Random(seed)
      const make = (inputSize: number) => wrap(cellOf(inputSize, rng), rng)
      return { layer: new Recurrent(size, make, options), rng }
    }

    test('in a layer is the cell stepped by hand, once begun', () =>
      fc.assert(
        fc.property(fc.nat(), fc.boolean(), (seed, training) => {
          const { layer, rng } = layerOf(seed, 3)
          layer.train(training)
          const [x] = draw(rng, [2, 4, 3])
          const before = rng.state
          const [output, end] = layer.forward(x)

          rng.state = before
          const cell = layer.cells[0].begin(2)
          let state = cell.zeroState(2)
          const outputs = x.unbind(1).map((x) => {
            state = cell.step(x, state)
            return cell.output(state, cell.project(variable(x))).value
          })
          expectNear(output.value, outputs[0].unsqueeze(1), [null, [0, 1]])
          for (const [t, y] of outputs.entries()) expectNear(output.value, y.unsqueeze(1), [null, [t, t + 1]])
          expectNear(end.h.value.squeeze(0), state.h.value)
        }),
        examples(10),
      ))

    test('padding is not looked at, and gets a gradient of exactly 0', () => {
      const { layer, rng } = layerOf(1, 3, { bidirectional: true, merge: 'sum' })
      const [x] = draw(rng, [2, 4, 3])
      const lengths = [2, 4]
      const before = rng.state
      const leaf = variable(x, { requiresGrad: true })
      const [output, end] = layer.forward(leaf, undefined, { lengths })
      concat([output.flatten(), end.h.flatten()]).square().sum().backward()
      expect(leaf.grad?.slice(0, [2, null]).value.equal(0).all().item()).toBe(1)
      expect(output.slice(0, [2, null]).value.equal(0).all().item()).toBe(1)

      rng.state = before
      const other = x.copy()
      other.slice(0, [2, null]).fill(Number.NaN)
      const [again] = layer.forward(other, undefined, { lengths })
      expect(again.data).toEqual(output.data)
    })

    test('checkpointed through time draws the same, and has the same gradient', () => {
      const { layer, rng } = layerOf(2, 3)
      const [x] = draw(rng, [2, 5, 3])
      const before = rng.state
      const gradients = [undefined, 2].map((checkpointEvery) => {
        rng.state = before
        layer.zeroGrad()
        layer.forward(x, undefined, { checkpointEvery })[0].square().sum().backward()
        return layer.parameters().map(({ grad }) => grad?.data)
      })
      expect(gradients[0].length).toBeGreaterThan(3)
      gradients[0].forEach((data, i) => {
        data?.forEach((value, k) => void expect(gradients[1][i]?.[k]).toBeCloseTo(value, 10))
      })
    })

    test.each([true, false])('the first and second derivatives, in training: %s', (training) => {
      const { layer, rng } = layerOf(20, 2)
      layer.train(training)
      const [x, h] = draw(rng, [1, 2, 2], [1, 1, 2])
      const before = rng.state
      const f = packedFunction(layer, [x.shape, h.shape], (x, h) => {
        rng.state = before // drops the same each time
        const [output, end] = layer.forward(x, { ...layer.zeroState(1), h })
        return [output, end.h]
      })
      gradcheck(f, [packedPoint(layer, [x, h])])
      gradgradcheck(f, [packedPoint(layer, [x, h])])
    })
  })

  test('keys are those of the bare cell, and weights fit both', () => {
    const rng = new Random(3)
    const bare = new Recurrent(3, (size) => cellOf(size, rng))
    for (const [name, wrap] of wrappers) {
      const wrapped = new Recurrent(3, (size) => wrap(cellOf(size, rng), rng))
      const { missing, unexpected } = wrapped.loadStateDict(bare.stateDict(), { strict: false })
      const normalised = name === 'layer normalisation' || name === 'all of them'
      expect(missing).toEqual(normalised ? ['norm.weight_l0', 'norm.bias_l0'] : [])
      expect(unexpected).toEqual([])
    }
  })

  test('in evaluation, variational dropout is the bare cell, by its kernel', () => {
    const rng = new Random(4)
    const layer = new Recurrent(
      3,
      (size) => new VariationalDropout(cellOf(size, rng), { input: 0.5, hidden: 0.5, rng }),
    )
    layer.eval()
    expect(layer.cells[0].begin(2)).toBe((layer.cells[0] as VariationalDropout<AnyState>).cell)
  })
})

describe('variational dropout', () => {
  test('drops the same features of the input at every step, and others in the next sequence', () => {
    const rng = new Random(5)
    const layer = new Recurrent(6, (size) => new VariationalDropout(new Leaky(size), { input: 0.5, rng }))
    const first = changes(layer.forward(ones(1, 3, 6))[0])
    expect(first[0].filter((kept) => kept).length).toBeGreaterThan(0)
    expect(first[0].filter((kept) => !kept).length).toBeGreaterThan(0)
    expect(first[1]).toEqual(first[0])
    expect(first[2]).toEqual(first[0])
    const later = Array.from({ length: 4 }, () => changes(layer.forward(ones(1, 3, 6))[0])[0])
    expect(later.some((kept) => kept.join() !== first[0].join())).toBe(true)
  })

  test('keeps the mean: over many sequences the projected input is that without dropout', () => {
    const rng = new Random(6)
    const cell = new VariationalDropout(new Leaky(4), { input: 0.25, rng })
    const { h } = cell.step(ones(4000, 4))
    for (const mean of h.value.mean(0).data) expect(mean).toBeCloseTo(0.1, 2)
  })

  test('leaves the path of h beside the weights whole, in a GRU', () => {
    const rng = new Random(7)
    const cell = new GRUCell(2, 2, { rng, dtype: 'float64' })
    cell.biasIh?.value.slice([2, 4]).fill(100) // z = 1: h stays
    const wrapped = new VariationalDropout(cell, { hidden: 0.9, rng })
    const h = variable(rng.normal([50, 2], 0, 1, { dtype: 'float64' }))
    expectNear(wrapped.step(rng.normal([50, 2], 0, 1, { dtype: 'float64' }), { h }).h.value, h.value)
  })

  test('with probability 1, nothing of the past gets through the weights', () => {
    const rng = new Random(8)
    const cell = new RNNCell(2, 3, { rng, dtype: 'float64' })
    const wrapped = new VariationalDropout(cell, { hidden: 1, rng })
    const [x, h] = draw(rng, [4, 2], [4, 3])
    expectNear(wrapped.step(x, { h: variable(h) }).h.value, cell.step(x).h.value)
  })

  test('of a cell that does not say where its recurrent weights are, h itself is dropped', () => {
    const rng = new Random(9)
    const wrapped = new VariationalDropout(new Leaky(500), { hidden: 0.5, rng })
    const { h } = wrapped.step(ones(1, 500).mul(0), { h: variable(ones(1, 500)) })
    const kept = h.value.greater(0).cast('float32').mean().item()
    expect(kept).toBeGreaterThan(0.4)
    expect(kept).toBeLessThan(0.6)
    expect(h.value.max().item()).toBeCloseTo(1.8, 5) // 0.9 · 1 / (1 − 0.5)
  })
})

describe('zoneout', () => {
  const rng = new Random(10)
  const cell = new LSTMCell(2, 200, { rng })
  const x = rng.normal([3, 2])
  const state = { h: variable(rng.normal([3, 200])), c: variable(rng.normal([3, 200])) }
  const bare = cell.step(x, state)

  test('in training, units keep their value or take the new one, at the rate of their part', () => {
    const zoned = new Zoneout(cell, { h: 0.2, c: 0.7 }, { rng }).step(x, state)
    for (const [part, rate] of [
      ['h', 0.2],
      ['c', 0.7],
    ] as const) {
      const stayed = zoned[part].value.equal(state[part].value)
      const moved = zoned[part].value.equal(bare[part].value)
      expect(stayed.maximum(moved).all().item()).toBe(1)
      expect(stayed.cast('float32').mean().item()).toBeCloseTo(rate, 1)
    }
  })

  test('in evaluation, it moves by its expectation', () => {
    const zoned = new Zoneout(cell, { c: 0.7 }, { rng }).eval().step(x, state)
    expectNear(zoned.c.value, state.c.value.mul(0.7).add(bare.c.value.mul(0.3)))
    expect(zoned.h.data).toEqual(bare.h.data)
  })

  test('draws again at each step', () => {
    const layer = new Recurrent(
      40,
      (size) => new Zoneout(new Leaky(size), { h: 0.5 }, { rng: new Random(1) }),
    )
    const [first, second] = changes(layer.forward(ones(1, 3, 40))[0])
    expect(first.join()).not.toBe(second.join())
  })
})

test('layer normalisation gives h a mean of 0 and a variance of 1, then its weight and bias', () => {
  const rng = new Random(11)
  const cell = new LayerNormalized(new LSTMCell(3, 50, { rng, dtype: 'float64' }), { eps: 1e-12 })
  const h = cell.step(rng.normal([4, 3], 0, 1, { dtype: 'float64' })).h.value
  expectNear(h.mean(1), h.mean(1).mul(0))
  expectNear(h.square().mean(1), h.mean(1).mul(0).add(1))
  cell.norm.weight?.value.fill(0)
  cell.norm.bias?.value.fill(3)
  expect(
    cell
      .step(rng.normal([4, 3]))
      .h.value.equal(3)
      .all()
      .item(),
  ).toBe(1)
})

test('a residual adds the input to what is given out, and not to the state', () => {
  const rng = new Random(12)
  const cell = new GRUCell(3, 3, { rng, dtype: 'float64' })
  const [x] = draw(rng, [2, 4, 3])
  const [bare, bareEnd] = new Recurrent(3, () => cell).forward(x)
  const [output, end] = new Recurrent(3, () => new Residual(cell)).forward(x)
  expectNear(output.value, bare.value.add(x))
  expectNear(end.h.value, bareEnd.h.value)
})

test('a cell of one’s own runs in layers, in both directions, with lengths', () => {
  const layer = new Recurrent(2, (size) => new Leaky(size), { bidirectional: true })
  const x = ones(2, 3, 2)
  const [output, { h }] = layer.forward(x, undefined, { lengths: [1, 3] })
  expectNear(output.value.slice(1, null, 0), [0.1, 0.19, 0.271])
  expectNear(output.value.slice(1, null, 2), [0.271, 0.19, 0.1])
  expectNear(h.value.slice(null, null, 0), [
    [0.1, 0.271],
    [0.1, 0.271],
  ])
})

test('a cell may give its state’s parts in any order', () => {
  class Reversed extends LSTMCell {
    override advance(px: Variable, state: LSTMState): LSTMState {
      const { h, c } = super.advance(px, state)
      return { c, h }
    }
  }
  const layer = new Recurrent<LSTMState>(3, (size) => new Reversed(size, 4, { rng: new Random(20) }))
  const x = new Random(21).normal([2, 5, 3])
  const [output, end] = new Recurrent<LSTMState>(
    3,
    (size) => new LSTMCell(size, 4, { rng: new Random(20) }),
  ).forward(x)
  for (const checkpointEvery of [undefined, 2]) {
    const [other, otherEnd] = layer.forward(x, undefined, { checkpointEvery })
    expectNear(other.value, output.value)
    expectNear(otherEnd.h.value, end.h.value)
    expectNear(otherEnd.c.value, end.c.value)
  }
})

test('several wrappers that draw, each from a generator of its own, draw the same in a checkpoint', () => {
  const [rng, other] = [new Random(22), new Random(23)]
  const cell = new Zoneout(new LSTMCell(3, 4, { rng }), { h: 0.4 }, { rng })
  const layer = new Recurrent(3, () => new Zoneout(cell, { c: 0.4 }, { rng: other }))
  const x = rng.normal([2, 6, 3])
  const before = [rng.state, other.state]
  const [plain, kept] = [undefined, 2].map((checkpointEvery) => {
    ;[rng.state, other.state] = before
    layer.zeroGrad()
    layer.forward(x, undefined, { checkpointEvery })[0].square().sum().backward()
    return layer.parameters().map(({ grad }) => grad?.value as Tensor)
  })
  plain.forEach((gradient, i) => void expectNear(kept[i], gradient))
})

test('Bidirectional is a layer of two directions, of any two cells', () => {
  const rng = new Random(13)
  const gru = new GRU(3, 4, { bidirectional: true, rng })
  const pair = new Bidirectional(gru.cells[0], gru.cells[1])
  const x = rng.normal([2, 5, 3])
  const [expected, end] = gru.forward(x, undefined, { lengths: [5, 2] })
  const [output, { h }] = pair.forward(x, undefined, { lengths: [5, 2] })
  expect(output.data).toEqual(expected.data)
  expect(h.data).toEqual(end.h.data)
  expect(Object.keys(pair.stateDict())).toEqual(Object.keys(gru.stateDict()))

  const mixed = new Bidirectional<State>(new RNNCell(3, 4, { rng }), gru.cells[1], { merge: 'sum' })
  const [sum] = mixed.forward(x)
  const reversed = gru.forward(x)[0].value.slice(null, null, [4, null])
  const forward = new Recurrent(3, () => mixed.cells[0]).forward(x)[0]
  expectNear(sum.value, forward.value.add(reversed))
})

test('the same seed wraps the same: two layers made and run alike give the same bits', () => {
  const run = () => {
    const rng = new Random(14)
    const layer = new LSTM(3, 4, { rng })
    const wrapped = new Recurrent(3, () => new Zoneout(layer.cells[0], { h: 0.3, c: 0.3 }, { rng }))
    return noGrad(() => wrapped.forward(rng.normal([2, 6, 3])))[0].data
  }
  expect(run()).toEqual(run())
})

describe('refused', () => {
  const rng = new Random(15)
  const cell = new LSTMCell(3, 4, { rng })
  expectRefusals([
    ['no cell', () => new Zoneout(wrong({}), {}, { rng }), /^Zoneout: wants a cell, got Object$/],
    ['no generator', () => new Zoneout(cell, {}, wrong({})), /^Zoneout: wants \{ rng \}/],
    ['no generator', () => new VariationalDropout(cell, wrong()), /^VariationalDropout: wants \{ rng \}/],
    [
      'a key that the cell within has already',
      () => new LayerNormalized(new LayerNormalized(cell)).stateDict(),
      /^LayerNormalized: it and the cell within both have a parameter norm.weight$/,
    ],
    [
      'one rate for all',
      () => new Zoneout(cell, wrong(0.1), { rng }),
      /^Zoneout: wants rates .* h, c \}, got 0.1$/,
    ],
    ['no rates', () => new Zoneout(cell, wrong(), { rng }), /^Zoneout: wants rates .*, got undefined$/],
    [
      'an option of another library',
      () => new VariationalDropout(cell, wrong({ recurrent: 0.5, rng })),
      /^VariationalDropout: has no option recurrent \(it has input, hidden, rng\)$/,
    ],
    [
      'a dtype, which is the cell’s',
      () => new LayerNormalized(cell, wrong({ dtype: 'float64' })),
      /^LayerNormalized: has no option dtype/,
    ],
    [
      'a part that is not there',
      () => new Zoneout(cell, wrong({ z: 0.1 }), { rng }),
      /^Zoneout: wants rates for h, c, got one for z$/,
    ],
    [
      'a rate above 1',
      () => new Zoneout(cell, { h: 2 }, { rng }),
      /^Zoneout: a probability lies between 0 and 1, got 2$/,
    ],
    [
      'a probability below 0',
      () => new VariationalDropout(cell, { hidden: -1, rng }),
      /^VariationalDropout: a probability .*, got -1$/,
    ],
    [
      'sizes that cannot be added',
      () => new Residual(cell),
      /^Residual: wants a cell that gives out what it reads, got one of 3 → 4 features$/,
    ],
    [
      'a direction without a cell',
      () => new Bidirectional(cell, wrong()),
      /^Bidirectional: wants two cells, got undefined$/,
    ],
    [
      'cells that read different inputs',
      () => new Bidirectional(cell, new LSTMCell(2, 4, { rng })),
      /^Bidirectional: the cell of layer 0 reads 2 features, and gets 3$/,
    ],
  ])
})

function ones(...shape: number[]): Tensor {
  return new Random(0).uniform(shape).mul(0).add(1)
}

/** Of each step of the output of one sequence: which features changed since the step before. */
function changes(output: Variable): boolean[][] {
  const [steps] = output.toArray() as number[][][]
  return steps.map((step, t) => step.map((value, i) => value !== (steps[t - 1]?.[i] ?? 0)))
}

function expectNear(
  actual: Tensor,
  expected: Tensor | readonly (number | readonly number[])[],
  at: unknown[] = [],
): void {
  const part = at.length ? actual.slice(...(at as never[])) : actual
  const wanted = expected instanceof Tensor ? expected : tensor(expected)
  const difference = part.sub(wanted).abs().max().item()
  expect(difference).toBeLessThan(1e-6)
}
