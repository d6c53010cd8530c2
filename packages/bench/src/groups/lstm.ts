import { noGrad } from '@unroll/autograd'
import { Adam, clipGradNorm, crossEntropy, Embedding, Linear, LSTM } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'
import type { Group } from '../benchmark.js'

// A small character model: batch, time steps, symbols, features, hidden units.
const [B, T, V, F, H] = [32, 32, 64, 64, 128]

export const lstm: Group = {
  name: 'lstm',
  benchmarks: () => {
    const rng = new Random(1)
    const embedding = new Embedding(V, F, { rng })
    const layer = new LSTM(F, H, { rng })
    const head = new Linear(H, V, { rng })
    const parameters = [embedding, layer, head].flatMap((module) => module.parameters())
    const adam = new Adam(parameters)
    const symbols = () =>
      tensor(
        Int32Array.from({ length: B * T }, () => rng.integer(V)),
        { shape: [B, T] },
      )
    const [inputs, targets] = [symbols(), symbols()]

    const logits = () => head.forward(layer.forward(embedding.forward(inputs))[0])
    const train = () => {
      const loss = crossEntropy(logits().reshape([B * T, V]), targets.reshape([B * T]))
      adam.zeroGrad()
      loss.backward()
      clipGradNorm(parameters, 1)
      adam.step()
    }

    const one = inputs.slice([0, 1], [0, 1])
    const [, state] = noGrad(() => layer.forward(embedding.forward(one)))
    const next = () => head.forward(layer.forward(embedding.forward(one), state)[0])

    const size = `${F} → ${H} → ${V}`
    return [
      {
        name: `training step, ${B} × ${T}, ${size}`,
        work: { amount: T, unit: 'time step' },
        run: train,
      },
      {
        name: `forward, ${B} × ${T}, ${size}`,
        work: { amount: T, unit: 'time step' },
        run: () => noGrad(logits),
      },
      {
        name: `one step of generating, ${size}`,
        work: { amount: 1, unit: 'time step' },
        run: () => noGrad(next),
      },
    ]
  },
}
