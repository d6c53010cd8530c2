import { describe, expect, it } from 'vitest'
import { evaluate } from '../src/evaluate.js'
import { scoreBaselines } from '../src/report/outcome.js'
import { train } from '../src/train.js'
import { smallRun } from './support.js'

it.each(['rnn', 'lstm', 'gru'] as const)(
  'learns more than how frequent the letters are: %s',
  async (cell) => {
    const { run, training, heldOut } = smallRun(150, { cell })
    const { unigram } = scoreBaselines(run, training, heldOut)
    const untrained = evaluate(run.model, heldOut)
    await train(run, training, { heldOut })
    const trained = evaluate(run.model, heldOut)

    expect(untrained.bits).toBeGreaterThan(unigram.bits)
    expect(trained.bits).toBeLessThan(0.75 * unigram.bits)
    expect(trained.accuracy).toBeGreaterThan(unigram.accuracy)
  },
)

describe('the history', () => {
  it('has the loss and the norm of every step, and the held-out loss of the first step and of some later ones', async () => {
    const { run, training, heldOut } = smallRun(30)
    await train(run, training, { heldOut })
    const { loss, gradientNorm } = run.history
    expect(run.step).toBe(30)
    expect([loss.length, gradientNorm.length]).toEqual([30, 30])
    expect(loss[0]).toBeCloseTo(Math.log2(run.vocabulary.size), 0) // it knows nothing yet
    expect(Math.min(...gradientNorm)).toBeGreaterThan(0)
    // 32 streams of the 2 characters in each: 64, looked at once in 8 times as many, of which a step takes 64.
    expect(run.history.heldOut.map(({ step }) => step)).toEqual([1, 8, 16, 24])
  })

  it('has norms from before the clipping', async () => {
    const clipped = smallRun(1, { clip: 0.01 })
    const free = smallRun(1, { clip: 1e9 })
    await train(clipped.run, clipped.training, clipped)
    await train(free.run, free.training, free)
    expect(clipped.run.history.gradientNorm).toEqual(free.run.history.gradientNorm)
  })
})

it('stops after the step in which it is told to', async () => {
  const { run, training, heldOut } = smallRun(10)
  const controller = new AbortController()
  const onStep = () => {
    if (run.step === 3) controller.abort()
  }
  await train(run, training, { heldOut, signal: controller.signal, onStep })
  expect(run.step).toBe(3)
})

it('carries the state from window to window, without the tape behind it', async () => {
  const { run, training, heldOut } = smallRun(1)
  await train(run, training, { heldOut })
  expect(Object.keys(run.state ?? {})).toEqual(['h', 'c'])
  for (const part of Object.values(run.state ?? {})) {
    expect(part.shape).toEqual([1, 4, 8])
    expect(part.requiresGrad).toBe(false)
  }

  const { inputs } = training.window(1)
  const [carried] = run.model.forward(inputs, run.state)
  const [fresh] = run.model.forward(inputs)
  expect(carried.toArray()).not.toEqual(fresh.toArray())
})

describe('stops and says so when it diverges', () => {
  it('by the gradient', async () => {
    const { run, training, heldOut } = smallRun(20)
    run.model.output.weight.value.fill(3e38) // sums of these overflow
    await expect(train(run, training, { heldOut })).rejects.toThrow(
      'train: the norm of the gradient is NaN after step 1; try a smaller --lr',
    )
  })

  it('by the held-out loss', async () => {
    const { run, training, heldOut } = smallRun(20, { lr: 1e38 })
    await expect(train(run, training, { heldOut })).rejects.toThrow(
      'train: the held-out loss is NaN after step 1; try a smaller --lr',
    )
  })
})
