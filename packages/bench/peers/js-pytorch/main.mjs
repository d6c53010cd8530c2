import { torch } from 'js-pytorch'
import { serve, Unsupported } from '../../dist/contest/serve.js'
import { SequenceModel } from './model.mjs'

await serve({
  about: 'CPU',
  ownMaths: 'Adam without bias correction: only the first loss is comparable',
  prepare(workload, data) {
    if (workload.kind !== 'train') throw new Unsupported('only its training is measured')
    return train(workload, data)
  },
})

function train({ model: sizes, T }, data) {
  if (sizes.layers > 1) throw new Unsupported('minutes a step')
  const model = new SequenceModel(sizes, data)
  const parameters = model.parameters()
  const optimizer = new torch.optim.Adam(parameters, 1e-3, 0, [0.9, 0.999], 1e-8)
  const criterion = sizes.vocabulary ? new torch.nn.CrossEntropyLoss() : new torch.nn.MSELoss()
  const [xs, ys] = [byTime(data.x), byTime(data.y)]
  const step = () => {
    // It cannot put time steps together, so the loss is taken at each.
    const losses = model.forward(xs).map((output, t) => criterion.forward(output, ys[t]))
    const loss = losses.reduce((a, b) => a.add(b)).div(T)
    loss.backward()
    clip(parameters, 1)
    optimizer.step()
    optimizer.zero_grad()
    return [loss.tolist()].flat(Number.POSITIVE_INFINITY)[0]
  }
  return { step, loss: (value) => value }
}

function clip(parameters, maxNorm) {
  const squares = parameters.map(({ _grad }) => {
    return [_grad.pow(2).tolist()].flat(Number.POSITIVE_INFINITY).reduce((a, b) => a + b)
  })
  const scale = maxNorm / (Math.sqrt(squares.reduce((a, b) => a + b)) + 1e-6)
  if (scale < 1) for (const parameter of parameters) parameter._grad = parameter._grad.mul(scale)
}

/** [B, T, …] as T tensors [B, …]; symbols as [B, 1]. */
function byTime({ shape: [B, T, F = 1], data }) {
  return Array.from({ length: T }, (_, t) => {
    const rows = Array.from({ length: B }, (_, b) => {
      return Array.from(data.subarray((b * T + t) * F, (b * T + t + 1) * F))
    })
    return torch.tensor(rows)
  })
}
