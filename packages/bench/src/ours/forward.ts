import { noGrad, type Variable } from '@unroll/autograd'
import { crossEntropyOf } from '../contest/compare.js'
import type { Ready } from '../contest/serve.js'
import type { Data } from '../workloads/data.js'
import type { Forward } from '../workloads/workload.js'
import { makeModel, toTensor } from './model.js'

/** The logits of a batch. */
export function forward({ model: sizes }: Forward, data: Data): Ready<Variable> {
  const model = makeModel(sizes, data).eval()
  const x = toTensor(data.x)
  return {
    step: () => noGrad(() => model.forward(x)[0]),
    loss: (logits) => crossEntropyOf(logits.value.data, data.y),
  }
}
