import type { Variable } from '@unroll/autograd'
import { Adam, crossEntropy, evaluate, fit, Linear, LSTM, Module, Stateful } from '@unroll/rnn'
import { copy, Random, type Tensor, tensor } from '@unroll/tensor'
import { type GpuKernels, gpuKernels } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { describe, expect, test } from 'vitest'
import { gpuModes } from '../support/gpu-modes.js'

/** Reads one stream, piece by piece, through slices: their gradients are made of zeros and what is put into them. */
class Reader extends Module {
  readonly stream: Stateful<{ h: Variable; c: Variable }>
  readonly head: Linear

  constructor(rng: Random) {
    super()
    this.stream = new Stateful(new LSTM(2, 3, { rng }))
    this.head = new Linear(3, 2, { rng })
  }

  forward(x: Tensor): Variable {
    return this.head.forward(this.stream.forward(x).slice(null, -1))
  }
}

interface Piece {
  readonly x: Tensor
  readonly y: Tensor
}

const rng = new Random(3)
const pieces: Piece[] = Array.from({ length: 4 }, () => ({
  x: copy(rng.normal([2, 3, 2])).add(0),
  y: rng.uniform([2], 0, 2).cast('int32'),
}))

/** Trains on a device, or on the host; says what there was on the device after each batch. */
async function train(gpu: GpuKernels | undefined, epochs: number) {
  const model = new Reader(new Random(1))
  if (gpu) model.to(gpu)
  const there = (x: Tensor) => (gpu ? x.to(gpu) : x)
  const loss = ({ x, y }: Piece, model: Reader) => crossEntropy(model.forward(there(x)), there(y))
  const memory: unknown[] = []
  const { history } = await fit(
    model,
    { train: pieces, validation: pieces.slice(0, 2) },
    {
      epochs,
      loss,
      optimizer: new Adam(model.parameters(), { lr: 0.05 }),
      clip: 1,
      accumulate: 2,
      callbacks: { onBatch: () => void memory.push(gpu?.memory()) },
    },
  )
  const carried = await model.stream.state?.h.read()
  const judged = await evaluate(model, pieces, { loss })
  expect(await model.stream.state?.h.read()).toEqual(carried)
  return { losses: [...history.map(({ loss }) => loss), judged.loss], memory }
}

describe.each(gpuModes)('%s', (mode) => {
  test('what a batch makes on the device is freed after it, and nothing that is needed', async () => {
    const gpu = await gpuKernels(GPU, { mode })
    const [moved, host] = [await train(gpu, 3), await train(undefined, 3)]
    moved.losses.forEach((loss, k) => {
      expect(loss).toBeCloseTo(host.losses[k], 4)
    })
    // The first step makes what Adam remembers; then each second batch has gradients that wait for the next.
    const [, second, third, fourth, ...later] = moved.memory
    expect(later).toEqual([third, fourth, third, fourth, third, fourth, third, fourth])
    expect(fourth).toEqual(second)
    await gpu.destroy()
  })

  test('a model with an int that is too large for it does not move in part', async () => {
    class Numbered extends Module {
      readonly head = new Linear(1, 1, { rng })
      readonly numbers = tensor([2 ** 24 + 1], { dtype: 'int32' })
    }
    const [gpu, model] = [await gpuKernels(GPU, { mode }), new Numbered()]
    expect(() => model.to(gpu)).toThrow(/^to: the int 16777217 is beyond/)
    expect(model.head.weight.device).toBeUndefined()
    await gpu.destroy()
  })
})

test.each(gpuModes)('a model comes home from %s, though a scope took its gradients', async (mode) => {
  const gpu = await gpuKernels(GPU, { mode })
  const model = new Linear(2, 2, { rng: new Random(1) }).to(gpu)
  const adam = new Adam(model.parameters())
  gpu.scope(() => {
    adam.zeroGrad()
    model
      .forward(tensor([[1, 2]]).to(gpu))
      .sum()
      .backward()
    adam.step()
  })
  await model.toHost()
  await adam.toHost()
  const y = model.forward(tensor([[1, 2]]))
  expect(() => y.sum().backward()).toThrow(/freed at the end of the scope|two devices/)
  model.zeroGrad()
  model
    .forward(tensor([[1, 2]]))
    .sum()
    .backward()
  adam.step()
  await gpu.destroy()
})
