import { variable } from '@unroll/autograd'
import {
  Embedding,
  GRU,
  type Initializer,
  Linear,
  LSTM,
  LSTMCell,
  type Module,
  normal,
  orthogonal,
  RNN,
  RNNCell,
  uniform,
  xavierNormal,
  xavierUniform,
} from '@unroll/rnn'
import { eye, Random, type Shape, type Tensor, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { examples } from './support/networks.js'

describe('PyTorch’s defaults', () => {
  test.each(Object.entries({ RNN, LSTM, GRU }))('%s: uniform within ±1/√hiddenSize', (_, Layer) => {
    const layer = new Layer(40, 16, { numLayers: 2, rng: new Random(1) })
    for (const p of layer.parameters()) expectUniform(p.value, 1 / 4)
  })

  test('Linear: uniform within ±1/√inFeatures', () => {
    for (const p of new Linear(25, 400, { rng: new Random(2) }).parameters()) expectUniform(p.value, 1 / 5)
  })

  test('Embedding: as it is told', () => {
    const { weight } = new Embedding(50, 3, { init: uniform(0.1), paddingIdx: 4, rng: new Random(1) })
    expect(weight.value.abs().max().item()).toBeLessThanOrEqual(Math.fround(0.1))
    expect(weight.value.slice(4).equal(0).all().item()).toBe(1)
  })

  test('Embedding: standard normal', () => {
    expectNormal(new Embedding(100, 50, { rng: new Random(3) }).weight.value, 1)
  })
})

describe('seeds', () => {
  const make = (seed: number) => new LSTM(3, 5, { numLayers: 2, rng: new Random(seed) }).stateDict()
  const bits = (state: Record<string, Tensor>) => Object.values(state).map((x) => Array.from(x.data))

  test('the same seed gives the same bits, another one others', () => {
    expect(bits(make(7))).toEqual(bits(make(7)))
    expect(bits(make(7))).not.toEqual(bits(make(8)))
  })

  test('no two layers are alike', () => {
    const { cells } = new LSTM(5, 5, { numLayers: 2, rng: new Random(7) })
    expect(cells[0].weightIh.toArray()).not.toEqual(cells[1].weightIh.toArray())
    expect(cells[0].weightIh.toArray()).not.toEqual(cells[0].weightHh.toArray())
  })
})

describe('orthogonal', () => {
  const size = fc.integer({ min: 1, max: 12 })

  test('has orthonormal rows, or columns if it is tall, times gain', () =>
    fc.assert(
      fc.property(size, size, fc.nat(), fc.constantFrom(1, 0.5, 2), (rows, columns, seed, gain) => {
        const w = orthogonal(gain)([rows, columns], new Random(seed), 'float64')
        expect(w.shape).toEqual([rows, columns])
        const product = rows <= columns ? w.matmul(w.transpose()) : w.transpose().matmul(w)
        const identity = eye(Math.min(rows, columns), undefined, { dtype: 'float64' })
        expectClose(product, identity.mul(gain * gain), { rtol: 0, atol: 1e-13 })
      }),
      examples(50),
    ))

  test('is float32 by default, to its precision', () => {
    const w = orthogonal()([30, 20], new Random(1))
    expect(w.dtype).toBe('float32')
    expectClose(w.transpose().matmul(w), eye(20), { rtol: 0, atol: 1e-6 })
  })

  test('is orthogonal to the last digit, also where the vectors drawn are almost one', () => {
    class Twins extends Random {
      override normal(): Tensor {
        return tensor(
          [
            [1, 1, 1],
            [1, 1, 1 + 1e-10],
          ],
          { dtype: 'float64' },
        )
      }
    }
    const [u, v] = orthogonal()([2, 3], new Twins(1), 'float64')
    expect(Math.abs(u.mul(v).sum().item())).toBeLessThan(1e-15)
  })

  test('does not favour signs', () => {
    const rng = new Random(4)
    const diagonal = Array.from({ length: 200 }, () => orthogonal()([2, 2], rng).get(0, 0))
    const positive = diagonal.filter((x) => x > 0).length
    expect(Math.abs(positive - 100)).toBeLessThan(5 * Math.sqrt(50))
  })

  test('does a matrix as large as that of a real model', () => {
    const w = orthogonal()([512, 512], new Random(5))
    expectClose(w.slice([0, 8]).matmul(w.transpose()), eye(512).slice([0, 8]), { rtol: 0, atol: 1e-6 })
  })
})

describe('xavier', () => {
  test('xavierUniform: within ±gain √(6 / (fanIn + fanOut))', () => {
    expectUniform(xavierUniform()([50, 100], new Random(1)), Math.sqrt(6 / 150))
    expectUniform(xavierUniform(2)([100, 50], new Random(2)), 2 * Math.sqrt(6 / 150))
  })

  test('xavierNormal: with deviation gain √(2 / (fanIn + fanOut))', () => {
    expectNormal(xavierNormal()([50, 100], new Random(1)), Math.sqrt(2 / 150))
    expectNormal(xavierNormal(2)([100, 50], new Random(2)), 2 * Math.sqrt(2 / 150))
  })
})

test('uniform and normal', () => {
  expectUniform(uniform(0.3)([2000], new Random(1)), 0.3)
  expectNormal(normal(0.3)([2000], new Random(1)), 0.3)
})

describe('a cell', () => {
  test('draws each gate’s block by itself', () => {
    const shapes: Shape[] = []
    const counting: Initializer = (shape, rng, dtype) => {
      shapes.push(shape)
      return normal(1)(shape, rng, dtype).mul(0).add(shapes.length)
    }
    const options = { inputInit: counting, recurrentInit: counting, rng: new Random(1) }
    const { weightIh, weightHh } = new LSTMCell(2, 3, options)
    expect(shapes).toEqual([...Array(4).fill([3, 2]), ...Array(4).fill([3, 3])])
    expect(Array.from(weightIh.slice(null, 0).data)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4])
    expect(Array.from(weightHh.slice(null, 0).data)).toEqual([5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8])
  })

  test('takes initializers for the one weight or the other', () => {
    const zero: Initializer = (shape, rng, dtype) => rng.bernoulli(shape, 0, { dtype })
    const kept = new LSTMCell(40, 40, { inputInit: zero, rng: new Random(1) })
    expect(kept.weightIh.value.any().item()).toBe(0)
    expectUniform(kept.weightHh.value, 1 / Math.sqrt(40))
    const other = new LSTMCell(40, 40, { recurrentInit: zero, rng: new Random(1) })
    expect(other.weightHh.value.any().item()).toBe(0)
    expectUniform(other.weightIh.value, 1 / Math.sqrt(40))
  })

  test('takes orthogonal recurrent weights', () => {
    const { weightHh } = new RNNCell(2, 6, {
      recurrentInit: orthogonal(),
      rng: new Random(1),
      dtype: 'float64',
    })
    const product = weightHh.value.matmul(weightHh.value.transpose())
    expectClose(product, eye(6, 6, { dtype: 'float64' }), { rtol: 0, atol: 1e-13 })
  })

  test('converts what an initializer gives to its own dtype', () => {
    const careless: Initializer = (shape, rng) => rng.normal(shape)
    const options = { inputInit: careless, rng: new Random(1), dtype: 'float64' } as const
    expect(new RNNCell(2, 3, options).weightIh.dtype).toBe('float64')
  })
})

test('forgetBias sets the sum of the forget gate’s biases, and no other', () => {
  const options = { numLayers: 2, rng: new Random(1) }
  const [plain, remembering] = [options, { ...options, rng: new Random(1), forgetBias: 1.5 }].map(
    (o) => new LSTM(2, 3, o),
  )
  remembering.cells.forEach((cell, layer) => {
    const blocks = (which: 'biasIh' | 'biasHh', of = cell) =>
      of[which]?.reshape([4, 3]).toArray() as number[][]
    const usual = plain.cells[layer]
    expect(blocks('biasIh')[1]).toEqual([1.5, 1.5, 1.5])
    expect(blocks('biasHh')[1]).toEqual([0, 0, 0])
    for (const gate of [0, 2, 3])
      for (const which of ['biasIh', 'biasHh'] as const)
        expect(blocks(which)[gate]).toEqual(blocks(which, usual)[gate])
    expect(cell.weightIh.toArray()).toEqual(usual.weightIh.toArray())
  })
})

test('forgetBias of a coupled LSTM makes it forget so much: f = 1 − i', () => {
  const cell = new LSTMCell(2, 3, { coupled: true, forgetBias: 1.5, rng: new Random(1), dtype: 'float64' })
  cell.weightIh.value.fill(0)
  cell.weightHh.value.fill(0)
  const c = variable(tensor([[1, 1, 1]], { dtype: 'float64' }))
  cell.biasIh?.value.slice([3, 6]).fill(0) // g = tanh 0, so that c′ = f c
  cell.biasHh?.value.slice([3, 6]).fill(0)
  const next = cell.step(tensor([[0, 0]], { dtype: 'float64' }), { h: c, c })
  const f = 1 / (1 + Math.exp(-1.5))
  expectClose(next.c, tensor([[f, f, f]], { dtype: 'float64' }), { rtol: 1e-12, atol: 0 })
})

describe('the parameters of variants', () => {
  const shapes = (module: Module) => [...module.namedParameters()].map(([key, { shape }]) => [key, shape])
  const rng = new Random(1)

  test('a projection, as in PyTorch: upper layers read what it gives', () => {
    const layer = new LSTM(3, 5, { numLayers: 2, bidirectional: true, projSize: 2, bias: false, rng })
    expect(shapes(layer).filter(([key]) => !`${key}`.endsWith('_reverse'))).toEqual([
      ['weight_ih_l0', [20, 3]],
      ['weight_hh_l0', [20, 2]],
      ['weight_hr_l0', [2, 5]],
      ['weight_ih_l1', [20, 4]],
      ['weight_hh_l1', [20, 2]],
      ['weight_hr_l1', [2, 5]],
    ])
    expect(layer.outputSize).toBe(4)
    const { h, c } = layer.zeroState(7)
    expect([h.shape, c.shape]).toEqual([
      [4, 7, 2],
      [4, 7, 5],
    ])
  })

  test('peepholes, none for a forget gate that is coupled', () => {
    const [weights, biases] = [
      ['weight_ih', 'weight_hh'],
      ['bias_ih', 'bias_hh'],
    ]
    const keys = (cell: LSTMCell) => shapes(cell).map(([key]) => key)
    expect(keys(new LSTMCell(2, 3, { peephole: true, rng }))).toEqual([
      ...weights,
      ...biases,
      'weight_ci',
      'weight_cf',
      'weight_co',
    ])
    const coupled = new LSTMCell(2, 3, { peephole: true, coupled: true, rng })
    expect(keys(coupled)).toEqual([...weights, ...biases, 'weight_ci', 'weight_co'])
    expect(coupled.weightIh.shape).toEqual([9, 2])
  })

  test('norms that start as ones and zeros', () => {
    const cell = new LSTMCell(2, 3, { layerNorm: true, rng })
    expect(shapes(cell).slice(4)).toEqual([
      ['norm_ih.weight', [12]],
      ['norm_ih.bias', [12]],
      ['norm_hh.weight', [12]],
      ['norm_hh.bias', [12]],
      ['norm_c.weight', [3]],
      ['norm_c.bias', [3]],
    ])
    for (const norm of [cell.normIh, cell.normHh, cell.normC]) {
      expect(norm?.weight?.equal(1).all().item()).toBe(1)
      expect(norm?.bias?.equal(0).all().item()).toBe(1)
    }
  })

  test('projections and peepholes: uniform within ±1/√hiddenSize', () => {
    const { weightHr, weightCi, weightCf, weightCo } = new LSTMCell(2, 400, {
      projSize: 9,
      peephole: true,
      rng,
    })
    for (const weight of [weightHr, weightCi, weightCf, weightCo])
      expectUniform(weight?.value as Tensor, 1 / 20)
  })
})

/** Within ±bound, filling it, and centred: by its mean and its variance, within five standard errors. */
function expectUniform(x: Tensor, bound: number): void {
  const n = x.size
  expect(x.abs().max().item()).toBeLessThanOrEqual(Math.fround(bound))
  expect(Math.abs(x.mean().item())).toBeLessThan(5 * (bound / Math.sqrt(3 * n)))
  // Var(x²) = 4/45 bound⁴
  const square = x.square().mean().item()
  expect(Math.abs(square - bound ** 2 / 3)).toBeLessThan((5 * bound ** 2 * Math.sqrt(4 / 45)) / Math.sqrt(n))
}

/** By its mean and its variance, within five standard errors. */
function expectNormal(x: Tensor, deviation: number): void {
  const n = x.size
  expect(Math.abs(x.mean().item())).toBeLessThan((5 * deviation) / Math.sqrt(n))
  const square = x.square().mean().item()
  expect(Math.abs(square - deviation ** 2)).toBeLessThan(5 * deviation ** 2 * Math.sqrt(2 / n))
}
