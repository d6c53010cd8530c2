import type { Variable } from '@unroll/autograd'
import { Adam, clipGradNorm, Linear, LSTM, mse } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { expect, test } from 'vitest'
import { bytesHeld } from '../../../test/support/garbage.js'

const [batch, time, size] = [4, 5, 16]
const steps = 1500
/** The h of one step, in bytes. */
const smallest = batch * size * 4

test('memory is flat while training', () => {
  const growth = growthOver(() => {})
  expect(growth.buffers).toBeLessThan((steps * smallest) / 2)
  // Compiled code is counted among the objects; the tape of one step, released, has some 2 kB of them.
  expect(growth.objects).toBeLessThan(steps * 1000)
})

test('keeping as little as one state of each step would show', () => {
  const kept: Variable[] = []
  const growth = growthOver((h) => kept.push(h.detach()))
  expect(kept.length).toBeGreaterThanOrEqual(steps)
  expect(growth.buffers).toBeGreaterThan((steps * smallest) / 2)
})

test('keeping the tape of each step would show', () => {
  const kept: Variable[] = []
  expect(growthOver((h) => kept.push(h)).objects).toBeGreaterThan(steps * 1000)
})

/** What is held longer after many steps of truncated BPTT, whose last h `see` is shown, than before them. */
function growthOver(see: (h: Variable) => void): { objects: number; buffers: number } {
  const rng = new Random(1)
  const lstm = new LSTM(size, size, { rng })
  const head = new Linear(size, 1, { rng })
  const parameters = [...lstm.parameters(), ...head.parameters()]
  const adam = new Adam(parameters, { lr: 0.01 })
  let state = lstm.zeroState(batch)
  const train = (count: number) => {
    for (let step = 0; step < count; step++) {
      const x = rng.normal([batch, time, size])
      const [output, { h, c }] = lstm.forward(x, state)
      const loss = mse(head.forward(output), x.sum(-1, { keepDims: true }))
      adam.zeroGrad()
      loss.backward()
      clipGradNorm(parameters, 1)
      adam.step()
      state = { h: h.detach(), c: c.detach() }
      see(h)
    }
  }
  train(500)
  const before = bytesHeld()
  train(steps)
  const after = bytesHeld()
  return { objects: after.objects - before.objects, buffers: after.buffers - before.buffers }
}
