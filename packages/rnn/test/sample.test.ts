import { type SampleOptions, sample } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

describe('sample', () => {
  const logits = Float32Array.of(0, Math.log(3), -Infinity, 0) // probabilities 1/5, 3/5, 0, 1/5
  const shares = (options: Omit<SampleOptions, 'rng'>) => {
    const rng = new Random(1)
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < 20_000; i++) counts[sample(logits, { rng, ...options })]++
    return counts.map((count) => count / 20_000)
  }
  const expectNear = (shares: number[], expected: number[]) =>
    shares.forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(0.015))

  it('draws by softmax(logits / temperature)', () => {
    expectNear(shares({}), [0.2, 0.6, 0, 0.2])
    expectNear(shares({ temperature: 0.5 }), [1 / 11, 9 / 11, 0, 1 / 11])
    expectNear(shares({ temperature: 1e9 }), [1 / 3, 1 / 3, 0, 1 / 3])
  })

  it('takes the likeliest at temperature 0, and at one that is hardly more', () => {
    const rng = new Random(1)
    for (const temperature of [0, 1e-300]) expect(sample(logits, { rng, temperature })).toBe(1)
  })

  it('draws among the topK likeliest, and those level with the last of them', () => {
    expect(shares({ topK: 1 })).toEqual([0, 1, 0, 0])
    expectNear(shares({ topK: 2 }), [0.2, 0.6, 0, 0.2])
    expectNear(shares({ topK: 100 }), [0.2, 0.6, 0, 0.2])
  })

  it('never draws one that is not among them, nor leaves one out for good', () => {
    const lists = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 9 }), fc.nat(), (logits, topK, seed) => {
        const rng = new Random(seed)
        const last = logits.toSorted((a, b) => b - a)[Math.min(topK, logits.length) - 1]
        const drawn = new Set(
          Array.from({ length: 200 }, () => sample(logits, { rng, topK, temperature: 5 })),
        )
        expect([...drawn].sort()).toEqual([...logits.keys()].filter((i) => logits[i] >= last))
      }),
      examples(50),
    )
  })

  it('draws among the nucleus: the fewest of the likeliest that have topP together, and those level with the last', () => {
    expect(shares({ topP: 0.6 })).toEqual([0, 1, 0, 0])
    expectNear(shares({ topP: 0.61 }), [0.2, 0.6, 0, 0.2])
    expectNear(shares({ topP: 1 }), [0.2, 0.6, 0, 0.2])
    // Temperature and topK come first: 0.6 become 9 / 11, or all.
    expect(shares({ topP: 0.7, temperature: 0.5 })).toEqual([0, 1, 0, 0])
    expect(shares({ topP: 0.5, topK: 1 })).toEqual([0, 1, 0, 0])
  })

  it('never draws one that is not in the nucleus, nor leaves one out for good', () => {
    const lists = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(lists, fc.double({ min: 0.01, max: 1, noNaN: true }), fc.nat(), (logits, topP, seed) => {
        const rng = new Random(seed)
        const weights = logits.map((logit) => Math.exp(logit / 5))
        const total = weights.reduce((sum, w) => sum + w, 0)
        /** What is likelier than this one has topP already: rounding aside. */
        const isLeftOut = (weight: number) =>
          weights.reduce((sum, w) => sum + (w > weight ? w : 0), 0) >= topP * total
        const drawn = new Set(
          Array.from({ length: 300 }, () => sample(logits, { rng, topP, temperature: 5 })),
        )
        expect([...drawn].sort()).toEqual([...logits.keys()].filter((i) => !isLeftOut(weights[i])))
      }),
      examples(50),
    )
  })

  it('draws one number of the generator, whatever the options', () => {
    const [a, b] = [new Random(5), new Random(5)]
    sample(logits, { rng: a, topK: 2, topP: 0.5 })
    b.next()
    expect(a.state).toEqual(b.state)
  })
})

const rng = new Random(1)
expectRefusals([
  [
    'PyTorch’s spelling',
    () => sample([0], { rng, top_k: 1 } as never),
    /^sample: has no option top_k: did you mean topK\?$/,
  ],
  ['no generator', () => sample([0], wrong()), /^sample: wants \{ rng \}/],
  [
    'a negative temperature',
    () => sample([0], { rng, temperature: -1 }),
    /^sample: temperature is a number ≥ 0, got -1$/,
  ],
  [
    'an endless temperature, where a symbol is forbidden',
    () => sample([0, -Infinity], { rng, temperature: Infinity }),
    /^sample: temperature is a number ≥ 0, got Infinity$/,
  ],
  ['a string', () => sample([0, 1], { rng, topP: '0.5' as never }), /^sample: topP is .*, got string$/],
  [
    'a tensor',
    () => sample(tensor([0, 1]) as never, { rng }),
    /^sample: wants an array of logits, such as the data of a tensor, got Tensor$/,
  ],
  ['no temperature', () => sample([0], { rng, temperature: Number.NaN }), /^sample: temperature .* NaN$/],
  ['topK of none', () => sample([0], { rng, topK: 0 }), /^sample: topK is an integer, at least 1, got 0$/],
  ['topP of nothing', () => sample([0], { rng, topP: 0 }), /^sample: topP is a probability above 0, got 0$/],
  ['topP above 1', () => sample([0], { rng, topP: 90 }), /^sample: topP is a probability above 0, got 90$/],
  ['NaN', () => sample([0, Number.NaN], { rng }), /^sample: wants logits below Infinity, got NaN at 1$/],
  [
    'Infinity',
    () => sample([Infinity, 0], { rng }),
    /^sample: wants logits below Infinity, got Infinity at 0$/,
  ],
  [
    'nothing that is possible',
    () => sample([-Infinity], { rng }),
    /^sample: wants logits of which one is finite at least$/,
  ],
  ['nothing at all', () => sample([], { rng }), /^sample: wants logits of which one is finite at least$/],
])
