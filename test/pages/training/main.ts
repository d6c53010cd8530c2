// What someone whose page trains on the visitor's GPU might write: an LSTM that learns which of two symbols came first.
import { Adam, clipGradNorm, crossEntropy, Linear, LSTM } from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import { gpuKernels, type Mode } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'

/** Trains in one of gpu.js's modes. @returns the loss of each step */
async function train(mode: Mode): Promise<number[]> {
  const gpu = await gpuKernels(GPU, { mode })
  const rng = new Random(1)
  const [lstm, head] = [new LSTM(2, 8, { rng }), new Linear(8, 2, { rng })]
  const parameters = [...lstm.parameters(), ...head.parameters()]
  const adam = new Adam(parameters, { lr: 0.05 })
  const x = rng.bernoulli([16, 6, 2])
  const y = x.slice(null, 0, 0).cast('int32')

  const step = gpu.compile(
    (batch: { x: Tensor; y: Tensor }) => {
      adam.zeroGrad()
      const [output] = lstm.forward(batch.x)
      const loss = crossEntropy(head.forward(output.slice(null, -1)), batch.y)
      loss.backward()
      clipGradNorm(parameters, 1)
      adam.step()
      return loss
    },
    { stepsPerCall: 10 },
  )
  const losses = await step.all(Array.from({ length: 60 }, () => ({ x, y })))
  await step.destroy()
  await gpu.destroy()
  return losses.map((loss) => loss.item())
}

Object.assign(globalThis, { train })
