import { Adam, clipGradNorm, crossEntropy, mse } from '@unroll/rnn'
import type { Ready } from '../contest/serve.js'
import type { Data } from '../workloads/data.js'
import type { Training } from '../workloads/workload.js'
import { makeModel, toTensor } from './model.js'

/** A training step as a user writes it. */
export function train({ model: sizes }: Training, data: Data): Ready<number> {
  const model = makeModel(sizes, data)
  const parameters = model.parameters()
  const optimizer = new Adam(parameters)
  const [x, y] = [toTensor(data.x), toTensor(data.y)]
  const criterion = sizes.vocabulary ? crossEntropy : mse
  return {
    step() {
      const [output] = model.forward(x)
      const loss = criterion(output, y)
      optimizer.zeroGrad()
      loss.backward()
      clipGradNorm(parameters, 1)
      optimizer.step()
      return loss.item()
    },
    loss: (loss) => loss,
  }
}
