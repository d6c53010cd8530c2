import { type Variable, variable } from '@unroll/autograd'
import { checkGradients, type GradientCase } from '@unroll/autograd/testing'
import {
  AdditiveAttention,
  type Attention,
  DotAttention,
  GeneralAttention,
  type Module,
  MultiheadAttention,
  scaledDotProduct,
} from '@unroll/rnn'
import { arrayEqual, lessEqual, Random, type Tensor, tensor, where, zeros } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, examples } from './support/networks.js'
import { packedFunction, packedPoint } from './support/parameters.js'

const dtype = 'float64'
const rng = new Random(1)

/** Kinds of attention over a memory, with queries of 3 features and memories of 2 (of 3 where they must be alike). */
const kinds: readonly [name: string, make: (rng: Random) => Attention][] = [
  ['additive', (rng) => new AdditiveAttention(3, 2, 2, { rng, dtype })],
  ['general', (rng) => new GeneralAttention(3, 2, { rng, dtype })],
  ['dot', () => new DotAttention(3)],
  ['scaled dot', () => new DotAttention(3, { scaled: true })],
]

describe('scaledDotProduct', () => {
  const size = fc.integer({ min: 1, max: 2 })

  test.each(['nothing', 'bools', 'floats', 'causal', 'lengths', 'all'])('gradients, masked by %s', (by) =>
    checkGradients(
      fc.tuple(size, size, fc.nat()).map(([T, S, seed]): GradientCase => {
        const rng = new Random(seed)
        const inputs = draw(rng, [2, T, 2], [2, S, 2], [2, S, 1], [T, S])
        const bools = rng.bernoulli([T, S], 0.6, { dtype: 'bool' })
        const all = by === 'all'
        const f = (q: Variable, k: Variable, v: Variable, bias: Variable) => {
          const [output, weights] = scaledDotProduct(q, k, v, {
            mask: by === 'bools' ? bools : by === 'floats' || all ? bias : undefined,
            causal: by === 'causal' || all,
            lengths: by === 'lengths' || all ? [S, 1] : undefined,
          })
          return output.sum(-1).add(weights.square().sum(-1))
        }
        return { inputs, f }
      }),
      examples(3),
    ),
  )

  test('is the mean of the values, weighted by softmax of the scores', () => {
    const [q, k, v] = [tensor([[1, 0]]), tensor([[2, 5], [0, 5]]), tensor([[1, 2, 3], [5, 6, 7]])] // biome-ignore format: matrices
    const [output, weights] = scaledDotProduct(q, k, v)
    const a = 1 / (1 + Math.exp(-2 / Math.sqrt(2)))
    expect(weights.data[0]).toBeCloseTo(a, 6)
    expect(weights.data[1]).toBeCloseTo(1 - a, 6)
    for (const i of [0, 1, 2]) expect(output.data[i]).toBeCloseTo(i + 1 + 4 * (1 - a), 5)
    expect(scaledDotProduct(q, k, v, { scale: 0 })[1].toArray()).toEqual([[0.5, 0.5]])
  })

  test('masks of one meaning give one result', () => {
    const [q, k, v] = draw(rng, [2, 3, 4, 5], [2, 3, 4, 5], [2, 3, 4, 2])
    const below = lessEqual(tensor([0, 1, 2, 3]), tensor([[0], [1], [2], [3]]))
    const weightsBy = (options: Parameters<typeof scaledDotProduct>[3]) =>
      scaledDotProduct(q, k, v, options)[1].value
    const causal = weightsBy({ causal: true })
    expect(arrayEqual(weightsBy({ mask: below }), causal)).toBe(true)
    expect(arrayEqual(weightsBy({ mask: where(below, 0, -Infinity) }), causal)).toBe(true)
    const within = tensor([[[[true, true, false, false]]], [[[true, true, true, true]]]])
    expect(arrayEqual(weightsBy({ lengths: [2, 4] }), weightsBy({ mask: within }))).toBe(true)
    const both = weightsBy({ mask: within, causal: true })
    expect(arrayEqual(weightsBy({ lengths: [2, 4], mask: below }), both)).toBe(true)
    expect(arrayEqual(weightsBy({ lengths: [2, 4], mask: where(below, 0, -Infinity) }), both)).toBe(true)
  })

  test('what is masked has weight 0 and gradient 0, exactly', () => {
    const [q, k, v] = draw(rng, [3, 4], [5, 4], [5, 2]).map((x) => variable(x, { requiresGrad: true }))
    const mask = tensor([true, false, true, false, true])
    const [output, weights] = scaledDotProduct(q, k, v, { mask })
    output.square().sum().backward()
    for (const s of [1, 3]) {
      expect(weights.value.slice(null, s).data.every((a) => a === 0)).toBe(true)
      for (const x of [k, v]) expect(x.grad?.slice(s).data.every((d) => d === 0)).toBe(true)
    }
    expect(k.grad?.slice(0).data.every((d) => d !== 0)).toBe(true)
  })

  test('beyond the lengths there may be anything', () => {
    const [q, k, v] = draw(rng, [2, 3, 4], [2, 5, 4], [2, 5, 2])
    const results = [0, Number.NaN].map((beyond) => {
      const [key, value] = [k, v].map((x) => {
        const padded = x.copy()
        padded.slice(0, [3, 5]).fill(beyond)
        return variable(padded, { requiresGrad: true })
      })
      const query = variable(q, { requiresGrad: true })
      const [output, weights] = scaledDotProduct(query, key, value, { lengths: [3, 5] })
      output.square().sum().backward()
      return [output, weights, ...[query, key, value].map((x) => x.grad as Variable)].map((x) => x.value)
    })
    results[0].forEach((x, i) => expect(arrayEqual(x, results[1][i])).toBe(true))
    expect(results[1][3].slice(0, [3, 5]).data.every((d) => d === 0)).toBe(true)
  })

  test('a query with nothing to attend to gets zeros, and gradients stay finite', () => {
    const [q, k, v] = draw(rng, [2, 4], [3, 4], [3, 2]).map((x) => variable(x, { requiresGrad: true }))
    const bools = tensor([[false, false, false], [true, true, true]]) // biome-ignore format: a matrix
    for (const mask of [bools, where(bools, 0, -Infinity)]) {
      for (const x of [q, k, v]) x.zeroGrad()
      const [output, weights] = scaledDotProduct(q, k, v, { mask })
      expect(output.slice(0).toArray()).toEqual([0, 0])
      expect(weights.slice(0).toArray()).toEqual([0, 0, 0])
      output.square().sum().backward()
      expect(q.grad?.slice(0).toArray()).toEqual([0, 0, 0, 0])
      for (const x of [q, k, v]) expect(x.grad?.isFinite().all().item()).toBe(1)
    }
  })

  test('dropout acts on the output; the weights are given as they were', () => {
    const [q, k, v] = draw(rng, [40, 4], [6, 4], [6, 2])
    const [output, weights] = scaledDotProduct(q, k, v)
    const [dropped, same] = scaledDotProduct(q, k, v, { dropout: 0.5, rng: new Random(2) })
    expect(arrayEqual(same.value, weights.value)).toBe(true)
    expect(arrayEqual(dropped.value, output.value)).toBe(false)
    const again = scaledDotProduct(q, k, v, { dropout: 0.5, rng: new Random(2) })[0]
    expect(arrayEqual(again.value, dropped.value)).toBe(true)
    expect(arrayEqual(scaledDotProduct(q, k, v, { dropout: 1, rng })[0].value, zeros([40, 2]))).toBe(true)
  })
})

describe('MultiheadAttention', () => {
  const options = fc.record({
    numHeads: fc.constantFrom(1, 2),
    bias: fc.boolean(),
    batchFirst: fc.boolean(),
    averageWeights: fc.boolean(),
    causal: fc.boolean(),
    kdim: fc.constantFrom(undefined, 3),
    seed: fc.nat(),
  })

  test('gradients', () =>
    checkGradients(
      options.map(({ seed, causal, averageWeights, numHeads, ...rest }) => {
        const rng = new Random(seed)
        const attention = new MultiheadAttention(2, numHeads, { ...rest, rng, dtype })
        const layout = (T: number, F: number) => (rest.batchFirst ? [2, T, F] : [T, 2, F])
        const inputs = draw(rng, layout(1, 2), layout(2, rest.kdim ?? 2), layout(2, 2))
        return caseOf(attention, inputs, (q, k, v) => {
          const [output, weights] = attention.forward(q, k, v, { causal, averageWeights, lengths: [2, 1] })
          return [output, weights.square()]
        })
      }),
      examples(2),
    ))

  const attention = new MultiheadAttention(6, 2, { rng, dtype })
  const [x, y] = draw(rng, [2, 3, 6], [2, 4, 6])

  test('starts as PyTorch does', () => {
    const { inProjWeight, inProjBias, outProj } = new MultiheadAttention(32, 4, { rng })
    const largest = (w?: Variable) => Math.max(...(w as Variable).abs().data)
    expect(largest(inProjWeight)).toBeLessThanOrEqual(Math.sqrt(6 / (4 * 32)))
    expect(largest(inProjWeight)).toBeGreaterThan(0.99 * Math.sqrt(6 / (4 * 32)))
    expect(largest(outProj.weight)).toBeLessThanOrEqual(1 / Math.sqrt(32))
    expect(largest(outProj.weight)).toBeGreaterThan(0.95 / Math.sqrt(32))
    expect([largest(inProjBias), largest(outProj.bias)]).toEqual([0, 0])
    const without = new MultiheadAttention(4, 2, { bias: false, vdim: 3, rng })
    expect(Object.entries(without.stateDict()).map(([key, { shape }]) => [key, shape])).toEqual([
      ['q_proj_weight', [4, 4]],
      ['k_proj_weight', [4, 4]],
      ['v_proj_weight', [4, 3]],
      ['out_proj.weight', [4, 4]],
    ])
  })

  test('gives the weights of each head, or their mean', () => {
    const [output, mean] = attention.forward(x, y)
    const [same, each] = attention.forward(x, y, y, { averageWeights: false })
    expect(each.shape).toEqual([2, 2, 3, 4])
    expect(arrayEqual(same.value, output.value)).toBe(true)
    expect(arrayEqual(each.mean(1).value, mean.value)).toBe(true)
    for (const sum of mean.sum(-1).data) expect(sum).toBeCloseTo(1, 12)
  })

  test('works time-first and without a batch', () => {
    const timeFirst = new MultiheadAttention(6, 2, { batchFirst: false, rng, dtype })
    timeFirst.loadStateDict(attention.stateDict())
    const [output, weights] = attention.forward(x, y, y, { lengths: [2, 4] })
    const [other, same] = timeFirst.forward(x.transpose(0, 1), y.transpose(0, 1), undefined, {
      lengths: [2, 4],
    })
    expect(arrayEqual(other.transpose(0, 1).value, output.value)).toBe(true)
    expect(arrayEqual(same.value, weights.value)).toBe(true)
    for (const module of [attention, timeFirst]) {
      const [alone, its] = module.forward(x.slice(0), y.slice(0), undefined, { lengths: [2] })
      expect(alone.sub(output.slice(0)).abs().max().item()).toBeLessThan(1e-12)
      expect(its.sub(weights.slice(0)).abs().max().item()).toBeLessThan(1e-12)
    }
  })

  test('takes a mask for all, one for each of the batch, and one for each head', () => {
    const mask = new Random(3).bernoulli([2, 2, 3, 4], 0.6, { dtype: 'bool' })
    const weightsBy = (m: Tensor, q = x, k = y) =>
      attention.forward(q, k, k, { mask: m, averageWeights: false })[1].value
    const all = weightsBy(mask)
    for (const [i, m] of mask.data.entries()) expect(all.data[i] !== 0).toBe(m === 1)
    const [first, ofHeads] = [mask.slice([0, 1], [0, 1]), mask.slice(null, 0)]
    const spread = (m: Tensor) => m.expand([2, 2, 3, 4])
    expect(arrayEqual(weightsBy(first.reshape([3, 4])), weightsBy(spread(first)))).toBe(true)
    expect(arrayEqual(weightsBy(ofHeads), weightsBy(spread(ofHeads.unsqueeze(1))))).toBe(true)
    const alone = weightsBy(mask.slice(0), x.slice(0), y.slice(0))
    expect(alone.sub(all.slice(0)).abs().max().item()).toBeLessThan(1e-12)
  })

  test('beyond the lengths there may be anything', () => {
    const results = [0, Number.NaN].map((beyond) => {
      const padded = y.copy()
      padded.slice(0, [2, 4]).fill(beyond)
      const keys = variable(padded, { requiresGrad: true })
      attention.zeroGrad()
      const [output, weights] = attention.forward(x, keys, keys, { lengths: [2, 4] })
      output.square().sum().backward()
      return [output, weights, keys.grad, attention.inProjWeight?.grad].map((x) => (x as Variable).value)
    })
    results[0].forEach((x, i) => expect(arrayEqual(x, results[1][i])).toBe(true))
    expect(results[1][1].slice(0, null, [2, 4]).data.every((a) => a === 0)).toBe(true)
    expect(results[1][2].slice(0, [2, 4]).data.every((d) => d === 0)).toBe(true)
  })

  test('drops in training alone', () => {
    const dropping = new MultiheadAttention(6, 2, { dropout: 0.5, rng: new Random(4), dtype })
    const run = () => dropping.forward(x)[0].value
    expect(arrayEqual(run(), run())).toBe(false)
    dropping.eval()
    expect(arrayEqual(run(), run())).toBe(true)
  })
})

describe.each(kinds)('attention over a memory: %s', (_, make) => {
  test('gradients, of one query or of several, by what there is of the memory', () =>
    checkGradients(
      fc.tuple(fc.constantFrom(0, 1, 2), fc.boolean(), fc.nat()).map(([T, some, seed]) => {
        const rng = new Random(seed)
        const attention = make(rng)
        const inputs = draw(rng, T === 0 ? [2, 3] : [2, T, 3], [2, 2, attention.memorySize])
        return caseOf(attention, inputs, (query, all) => {
          const memory = attention.over(all, some ? { lengths: [1, 2] } : {})
          const { context, weights } = attention.read(query, memory)
          return [context, weights.square()]
        })
      }),
      examples(3),
    ))

  const attention = make(new Random(5))
  const [queries, all] = draw(rng, [2, 4, 3], [2, 5, attention.memorySize])

  test('several queries at once are read as one by one', () => {
    const memory = attention.over(all, { lengths: [5, 3] })
    const together = attention.read(queries, memory)
    expect([together.context.shape, together.weights.shape]).toEqual([[2, 4, attention.memorySize], [2, 4, 5]]) // biome-ignore format: shapes
    for (let t = 0; t < 4; t++) {
      const { context, weights } = attention.read(queries.slice(null, t), memory)
      expect(context.sub(together.context.slice(null, t)).abs().max().item()).toBeLessThan(1e-12)
      expect(weights.sub(together.weights.slice(null, t)).abs().max().item()).toBeLessThan(1e-12)
    }
  })

  test('what is not there has weight 0 and gradient 0, exactly, and may be anything', () => {
    const mask = tensor([[true, false, true, true, false], [false, false, false, true, true]]) // biome-ignore format: a matrix
    const results = [0, Number.NaN].map((beyond) => {
      const memory = variable(where(mask.unsqueeze(2), all, beyond), { requiresGrad: true })
      const { context, weights } = attention.read(queries, attention.over(memory, { mask }))
      attention.zeroGrad()
      context.square().sum().backward()
      return [context, weights, memory.grad as Variable].map((x) => x.value)
    })
    results[0].forEach((x, i) => expect(arrayEqual(x, results[1][i])).toBe(true))
    const [, weights, gradient] = results[0]
    for (const [n, s] of [
      [0, 1],
      [0, 4],
      [1, 0],
      [1, 1],
      [1, 2],
    ]) {
      // biome-ignore format: pairs
      expect(weights.slice(n, null, s).data.every((a) => a === 0)).toBe(true)
      expect(gradient.slice(n, s).data.every((d) => d === 0)).toBe(true)
    }
    for (const sum of weights.sum(-1).data) expect(sum).toBeCloseTo(1, 12)
  })

  test('lengths are a mask of what comes first', () => {
    const mask = tensor([[true, true, true, false, false], [true, true, true, true, true]]) // biome-ignore format: a matrix
    const [a, b] = [{ lengths: [3, 5] }, { mask }].map((options) =>
      attention.read(queries, attention.over(all, options)),
    )
    expect(arrayEqual(a.weights.value, b.weights.value)).toBe(true)
    expect(arrayEqual(a.context.value, b.context.value)).toBe(true)
  })
})

describe('the scores are those of the papers', () => {
  const [q, m] = [
    [0.5, -1, 2],
    [1, 3],
  ]
  const scoreOf = (attention: Attention, memory = m) =>
    attention
      .score(variable(tensor([[q]], { dtype })), attention.keysOf(variable(tensor([[memory]], { dtype }))))
      .item()
  const dot = (a: ArrayLike<number>, b: readonly number[]) => b.reduce((sum, y, i) => sum + a[i] * y, 0)

  test('additive: v · tanh(W q + U m)', () => {
    const attention = new AdditiveAttention(3, 2, 4, { rng, dtype })
    const { queryLayer, memoryLayer, scoreLayer } = attention
    const hidden = [0, 1, 2, 3].map((i) =>
      Math.tanh(dot(queryLayer.weight.slice(i).data, q) + dot(memoryLayer.weight.slice(i).data, m)),
    )
    expect(scoreOf(attention)).toBeCloseTo(dot(scoreLayer.weight.data, hidden), 12)
  })

  test('general: q · W m', () => {
    const attention = new GeneralAttention(3, 2, { rng, dtype })
    const wm = [0, 1, 2].map((i) => dot(attention.memoryLayer.weight.slice(i).data, m))
    expect(scoreOf(attention)).toBeCloseTo(dot(q, wm), 12)
  })

  test('dot: q · m, or that by √size', () => {
    expect(scoreOf(new DotAttention(3), [1, 2, 3])).toBeCloseTo(4.5, 12)
    expect(scoreOf(new DotAttention(3, { scaled: true }), [1, 2, 3])).toBeCloseTo(4.5 / Math.sqrt(3), 12)
  })
})

/** The gradient by the inputs and the module's parameters together. */
function caseOf(
  module: Module,
  inputs: readonly Tensor[],
  f: (...inputs: Variable[]) => readonly Variable[],
): GradientCase {
  const shapes = inputs.map(({ shape }) => shape)
  return { f: packedFunction(module, shapes, f), inputs: [packedPoint(module, inputs)] }
}
