import { cumsum, logSoftmax, softmax, type Variable } from '@unroll/autograd'
import { axisOf } from '@unroll/autograd/testing'
import { type Cases, casesWith } from './common.js'

export const lastAxis = {
  cumsum: along(cumsum),
  softmax: along(softmax),
  logSoftmax: along(logSoftmax),
} satisfies Record<string, Cases>

function along(f: (x: Variable, axis: number) => Variable): Cases {
  return casesWith({ minRank: 1 }, ({ shape }) => axisOf(shape), f)
}
