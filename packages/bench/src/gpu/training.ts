import { Adam, clipGradNorm, crossEntropy } from '@unroll/rnn'
import { Random, type Tensor, tensor } from '@unroll/tensor'
import type { GpuKernels } from '@unroll/tensor/gpu'
import { SequenceModel } from '../ours/model.js'
import type { Training } from '../workloads/workload.js'
import type { Sizes } from './sizes.js'
import type { Trace, Way, Work } from './way.js'

/** Training steps of a character LSTM, in which the loss is read each time. */
export function trainings({ lstm }: Sizes): Work[] {
  return Object.entries(lstm).map(([size, training]) => ({
    name: `lstm-${size}`,
    title: `${size} LSTM training step (${sizesOf(training)})`,
    isLarge: training.model.hidden > 64,
    ways: (gpu) => [
      onHost(training),
      eager(gpu, training),
      ...[1, 10].map((n) => compiled(gpu, training, n)),
    ],
  }))
}

interface Batch {
  readonly x: Tensor
  readonly y: Tensor
}

function sizesOf({ model: { layers, hidden }, B, T }: Training): string {
  return `H ${hidden} × ${layers} layers, T ${T}, B ${B}`
}

/** A model and its training step as a user writes it: it is the same for every way. */
function trainer({ model: sizes, B, T }: Training) {
  const model = new SequenceModel(sizes)
  const optimizer = new Adam(model.parameters())
  const step = ({ x, y }: Batch) => {
    optimizer.zeroGrad()
    const [logits] = model.forward(x)
    const loss = crossEntropy(logits, y)
    loss.backward()
    clipGradNorm(model.parameters(), 1)
    optimizer.step()
    return loss.value
  }
  const rng = new Random(2)
  const symbols = () => {
    const data = Int32Array.from({ length: B * T }, () => rng.integer(sizes.vocabulary as number))
    return tensor(data, { shape: [B, T] })
  }
  return { model, step, batch: { x: symbols(), y: symbols() } }
}

function onHost(training: Training): Way {
  const { step, batch } = trainer(training)
  const losses: number[] = []
  return {
    name: 'wasm',
    least: 1,
    losses,
    async run(times) {
      for (let i = 0; i < times; i++) losses.push(step(batch).item())
    },
  }
}

/** Parameters and what Adam remembers stay on the device; the batch goes there at each step. */
function eager(gpu: GpuKernels, training: Training): Way {
  const { model, step, batch } = trainer(training)
  model.to(gpu)
  const losses: number[] = []
  return {
    name: 'eager',
    least: 1,
    losses,
    async run(times) {
      for (let i = 0; i < times; i++) {
        let loss: Promise<ArrayLike<number>> | undefined
        gpu.scope(() => {
          loss = step({ x: batch.x.to(gpu), y: batch.y.to(gpu) }).read()
        })
        losses.push(((await loss) as ArrayLike<number>)[0])
      }
    },
  }
}

function compiled(gpu: GpuKernels, training: Training, stepsPerCall: number): Way {
  const { step, batch } = trainer(training)
  const losses: number[] = []
  let trace: Trace | undefined
  let begun = 0
  const train = gpu.compile(step, {
    stepsPerCall,
    onTrace({ runs, programs }) {
      trace = { seconds: (performance.now() - begun) / 1000, runs, programs }
    },
  })
  const batches = Array.from({ length: stepsPerCall }, () => batch)
  return {
    name: stepsPerCall === 1 ? 'compiled' : 'compiled, 10 steps a call',
    least: stepsPerCall,
    losses,
    get trace() {
      return trace
    },
    async run(times) {
      begun = performance.now()
      for (let i = 0; i < times; i++) for (const loss of await train.all(batches)) losses.push(loss.item())
    },
    close: () => train.destroy(),
  }
}
