import { Adam, clipGradNorm, crossEntropy, Linear, LSTM } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'
import { expect, test } from 'vitest'

test('an LSTM takes training steps, to the same loss as in Node', () => {
  const rng = new Random(3)
  const lstm = new LSTM(3, 5, { rng })
  const head = new Linear(5, 2, { rng })
  const parameters = [...lstm.parameters(), ...head.parameters()]
  const adam = new Adam(parameters, { lr: 0.05 })
  const x = rng.normal([4, 6, 3])
  const targets = tensor(Int32Array.of(0, 1, 1, 0))

  const losses = Array.from({ length: 20 }, () => {
    const [output] = lstm.forward(x)
    const loss = crossEntropy(head.forward(output.slice(null, -1)), targets)
    adam.zeroGrad()
    loss.backward()
    expect(clipGradNorm(parameters, 1).item()).toBeGreaterThan(0)
    adam.step()
    return loss.value.item()
  })
  expect(losses[0]).toBeCloseTo(0.685387, 5)
  expect(losses[19]).toBeCloseTo(0.00117, 5)
})
