import { Adam, clipGradNorm, crossEntropy, Linear, LSTM } from '@unroll/rnn'
import { type Kernels, Random, reference, Tensor, tensor } from '@unroll/tensor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { goldenCases, load } from '../../../../test/support/golden.js'
import { by, end, makers } from '../../../../test/support/makers/makers.js'
import { expectClaim, Golden } from '../support/golden.js'
import { goldenRuns } from '../support/golden-runs/index.js'

/*
 * The reference figures of PyTorch's modules, losses and optimisers (those of its ops: packages/autograd), and a small
 * training, by the kernels of each maker.
 */

const categories = Object.keys(goldenRuns) as (keyof typeof goldenRuns)[]
const figures = categories.flatMap((category) => goldenCases(category).map((meta) => ({ ...meta, category })))

/**
 * For makers that take long for what is of a new shape: all losses, but one of each module and optimiser, and those of one
 * unit; none that run step by step, in many kernels.
 */
const few = figures.filter(({ name, category, sub }, i) => {
  if (category === 'packed' || name.startsWith('lstmproj_l')) return false
  const first = figures.findIndex((other) => other.category === category && other.sub === sub)
  return i === first || category === 'loss' || name.includes('t1_b1')
})

/** The losses and the last parameters of a few steps of training. */
function train(device: Kernels | undefined): Tensor[] {
  const place = (x: Tensor) => (device ? x.to(device) : x)
  const rng = new Random(3)
  const [lstm, head] = [new LSTM(3, 5, { numLayers: 2, rng }), new Linear(5, 4, { rng })]
  if (device) for (const module of [lstm, head]) module.to(device)
  const parameters = [...lstm.parameters(), ...head.parameters()]
  const adam = new Adam(parameters, { lr: 0.05 })
  const x = place(rng.normal([4, 6, 3]))
  const targets = place(tensor(Int32Array.from({ length: 24 }, (_, i) => (i * i) % 4)).reshape([4, 6]))
  const losses = Array.from({ length: 8 }, () => {
    const [output] = lstm.forward(x)
    const loss = crossEntropy(head.forward(output), targets)
    adam.zeroGrad()
    loss.backward()
    clipGradNorm(parameters, 0.5)
    adam.step()
    return loss.value
  })
  return [...losses, ...parameters.map(({ value }) => value)]
}

describe.each(makers)('$name', (maker) => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = await maker.make()
  })
  afterAll(() => end(kernels))

  test.each(maker.isSlow ? few : figures)(
    'reference figures, $category: $name',
    async ({ category, name }) => {
      const loaded = await load(name)
      const run = () => by(kernels, (device) => goldenRuns[category](new Golden(loaded, device)))
      // It goes over its lattice on the host.
      if (kernels.upload && loaded.meta.op === 'ctc_loss')
        expect(run).toThrow(/the values are on gpu .* cannot be read at once/)
      else await Promise.all(run().map(expectClaim))
    },
  )

  test('a small network learns as it does with the reference', async () => {
    const expected = by(reference, train)
    const actual = by(kernels, train)
    for (const [i, x] of actual.entries()) {
      const values = Tensor.from(await x.read(), x.shape)
      expect(
        values.allClose(expected[i], { rtol: 1e-4, atol: 1e-5 }),
        `${i}: ${values}, want ${expected[i]}`,
      ).toBe(true)
    }
  })
})
