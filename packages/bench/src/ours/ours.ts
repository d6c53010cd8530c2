import { kernelsFor, matmul, setThreads, type Tensor } from '@unroll/tensor'
import { meanSquare } from '../contest/compare.js'
import type { Contestant, Ready } from '../contest/serve.js'
import type { Data, Matrix } from '../workloads/data.js'
import type { Workload } from '../workloads/workload.js'
import { forward } from './forward.js'
import { generate } from './generate.js'
import { toTensor } from './model.js'
import { train } from './train.js'

/** This library, used as its users use it. */
export const ours: Contestant = {
  about: `${kernelsFor('float32').name} kernels`,
  prepare(workload, data, threads) {
    setThreads(threads)
    return makeReady(workload, data)
  },
}

export function makeReady(workload: Workload, data: Data): Ready {
  switch (workload.kind) {
    case 'train':
      return train(workload, data)
    case 'forward':
      return forward(workload, data)
    case 'generate':
      return generate(workload, data)
    case 'matmul':
      return product(data.a, data.b, workload.repeats)
  }
}

function product(a: Matrix, b: Matrix, repeats: number): Ready<Tensor> {
  const [left, right] = [toTensor(a), toTensor(b)]
  return {
    step() {
      let c = matmul(left, right)
      for (let i = 1; i < repeats; i++) c = matmul(left, right)
      return c
    },
    loss: (c) => meanSquare(c.data),
  }
}
